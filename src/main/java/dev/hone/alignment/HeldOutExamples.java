package dev.hone.alignment;

import java.util.List;
import java.util.stream.Stream;

/**
 * What a training does not learn from and is measured on.
 *
 * @param <E> what it learns from
 */
public sealed interface HeldOutExamples<E extends TokenExample> {
  /**
   * Of a training that learns from preferences.
   *
   * @param pairs each of a chosen and a rejected answer, in this order
   */
  record Pairs<E extends TokenExample>(List<E> pairs) implements HeldOutExamples<E> {
    public Pairs {
      pairs = List.copyOf(pairs);
    }
  }

  /**
   * Of one that learns from something else.
   *
   * @param pairs that a policy is held against its reference on; none for a reward model
   * @param examples that the loss is taken of; none where it would say nothing
   */
  record Others<E extends TokenExample>(List<TokenPair> pairs, List<E> examples)
      implements HeldOutExamples<E> {
    public Others {
      pairs = List.copyOf(pairs);
      examples = List.copyOf(examples);
    }
  }

  static <E extends TokenExample> HeldOutExamples<E> none() {
    return new Others<>(List.of(), List.of());
  }

  /** Those that a model has positions for. */
  default HeldOutExamples<E> within(int positions) {
    return switch (this) {
      case Pairs<E>(var pairs) -> new Pairs<>(within(pairs, positions));
      case Others<E>(var pairs, var examples) ->
          new Others<>(within(pairs, positions), within(examples, positions));
    };
  }

  private static <T extends TokenExample> List<T> within(List<T> examples, int positions) {
    return examples.stream().filter(example -> example.longest() <= positions).toList();
  }

  /** Positions that the longest takes; 0 where there is nothing. */
  default int longest() {
    Stream<? extends TokenExample> all =
        switch (this) {
          case Pairs<E>(var pairs) -> pairs.stream();
          case Others<E>(var pairs, var examples) ->
              Stream.<TokenExample>concat(pairs.stream(), examples.stream());
        };
    return all.mapToInt(TokenExample::longest).max().orElse(0);
  }
}
