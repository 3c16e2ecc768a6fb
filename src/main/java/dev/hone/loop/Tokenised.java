package dev.hone.loop;

import dev.hone.alignment.TokenExample;
import dev.hone.alignment.Truncation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What a stage learns from, as token ids, and what became of the rest.
 *
 * @param untrainable number of examples that nothing is learnt from, by reason; {@code duplicate}
 *     for those that are another one's token ids
 * @param cut what was cut to fit, by what it was ({@link Truncation})
 */
record Tokenised<E extends TokenExample>(
    List<E> examples, Map<String, Integer> untrainable, Map<String, Integer> cut) {
  private static final String DUPLICATE = "duplicate";

  Tokenised {
    examples = List.copyOf(examples);
  }

  /** Each as it is, nothing left out. */
  static <E extends TokenExample> Tokenised<E> of(List<E> examples) {
    return new Tokenised<>(examples, Map.of(), Map.of());
  }

  /** The same, each once. */
  Tokenised<E> once() {
    Map<String, E> byKey = new LinkedHashMap<>();
    examples.forEach(example -> byKey.putIfAbsent(example.key(), example));
    int again = examples.size() - byKey.size();
    return new Tokenised<>(
        List.copyOf(byKey.values()),
        again == 0 ? untrainable : sum(untrainable, Map.of(DUPLICATE, again)),
        cut);
  }

  /** The others, and those counted under the reason. */
  Tokenised<E> without(String reason, Predicate<E> leftOut) {
    var kept = examples.stream().filter(leftOut.negate()).toList();
    int gone = examples.size() - kept.size();
    return new Tokenised<>(
        kept, gone == 0 ? untrainable : sum(untrainable, Map.of(reason, gone)), cut);
  }

  /** Both, each example once. */
  Tokenised<E> and(Tokenised<E> other) {
    return new Tokenised<>(
            Stream.concat(examples.stream(), other.examples.stream()).toList(),
            sum(untrainable, other.untrainable),
            sum(cut, other.cut))
        .once();
  }

  static Map<String, Integer> sum(Map<String, Integer> one, Map<String, Integer> other) {
    Map<String, Integer> all = new TreeMap<>(one);
    other.forEach((reason, count) -> all.merge(reason, count, Integer::sum));
    return all;
  }
}
