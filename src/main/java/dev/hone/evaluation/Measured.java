package dev.hone.evaluation;

import dev.hone.alignment.PairScore;
import dev.hone.evaluation.SampleLog.Entry;
import dev.hone.evaluation.SampleLog.Of;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What a log holds so far, kind by kind, in the order of the indices. */
record Measured(SampleLog log) {
  /** The parent as reference. */
  List<PairScore> pairs() {
    return inOrder(log.of(Entry.Pair.class), Entry.Pair::index, Entry.Pair::score);
  }

  /** The base as reference. */
  List<PairScore> basePairs() {
    return inOrder(log.of(Entry.BasePair.class), Entry.BasePair::index, Entry.BasePair::score);
  }

  List<Entry.Passage> passages(Of of) {
    return inOrder(
        log.of(Entry.Passage.class).filter(passage -> passage.of() == of),
        Entry.Passage::index,
        Function.identity());
  }

  List<Entry.Answer> answers(Of of) {
    return inOrder(
        log.of(Entry.Answer.class).filter(answer -> answer.of() == of),
        Entry.Answer::index,
        Function.identity());
  }

  /**
   * The answers to each question.
   *
   * @param each so many
   */
  List<List<String>> repeats(Of of, int each) {
    var texts =
        inOrder(
            log.of(Entry.Repeat.class).filter(repeat -> repeat.of() == of),
            Entry.Repeat::index,
            Entry.Repeat::text);
    return IntStream.range(0, texts.size() / each)
        .mapToObj(question -> texts.subList(question * each, (question + 1) * each))
        .toList();
  }

  /** A batch that was interrupted stands there twice, with the same numbers. */
  private static <E, T> List<T> inOrder(
      Stream<E> entries, ToIntFunction<E> index, Function<E, T> value) {
    var byIndex = new TreeMap<Integer, T>();
    entries.forEach(entry -> byIndex.put(index.applyAsInt(entry), value.apply(entry)));
    return List.copyOf(byIndex.values());
  }
}
