package dev.hone.alignment;

import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * An algorithm with what of a pair it learns from.
 *
 * @param examples of a pair; the same one of several pairs is learnt once
 */
public record Learning<E extends TokenExample>(
    Algorithm<E> algorithm, Function<TokenPair, List<E>> examples) {
  /** To be closed by the caller. */
  public AdapterTraining<E> on(
      List<TokenPair> pairs, NDManager manager, TrainingPlace place, ComputeType compute) {
    Map<String, E> byKey = new LinkedHashMap<>();
    for (TokenPair pair : pairs) {
      examples.apply(pair).forEach(example -> byKey.putIfAbsent(example.key(), example));
    }
    return new AdapterTraining<>(manager, place, List.copyOf(byKey.values()), algorithm, compute);
  }
}
