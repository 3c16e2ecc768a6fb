package dev.hone.model;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The control tokens by which some models are told to fill a gap: prefix, suffix, then what is
 * between them (Bavarian et al., 2022).
 */
public record FillInTheMiddle(int prefix, int suffix, int middle) {
  /** As StarCoder and Qwen write them. */
  private static final List<String> NAMES = List.of("<fim_%s>", "<|fim_%s|>");

  /** Empty where the tokenizer has no such tokens. */
  public static Optional<FillInTheMiddle> of(Tokenizer tokenizer) {
    return NAMES.stream().flatMap(name -> named(tokenizer, name).stream()).findFirst();
  }

  private static Optional<FillInTheMiddle> named(Tokenizer tokenizer, String name) {
    int[] ids =
        Stream.of("prefix", "suffix", "middle")
            .map(part -> tokenizer.id(name.formatted(part)))
            .flatMapToInt(OptionalInt::stream)
            .toArray();
    return ids.length == 3
        ? Optional.of(new FillInTheMiddle(ids[0], ids[1], ids[2]))
        : Optional.empty();
  }

  public int[] prompt(int[] before, int[] after) {
    return Stream.of(new int[] {prefix}, before, new int[] {suffix}, after, new int[] {middle})
        .flatMapToInt(IntStream::of)
        .toArray();
  }
}
