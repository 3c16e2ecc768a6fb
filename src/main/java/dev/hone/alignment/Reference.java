package dev.hone.alignment;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * The frozen version that a policy is held to, asked through the forward that trains it, so that
 * both agree to rounding before the first step. What it said once is not computed again.
 */
public final class Reference<E extends TokenExample> {
  private final Algorithm.Frozen frozen;
  private final BiFunction<List<E>, float[], double[]> scores;
  private final ReferenceLogProbs known;

  /**
   * @param scores of all answers, by the examples and their tokens' log-probabilities
   */
  public Reference(
      Algorithm.Frozen frozen,
      BiFunction<List<E>, float[], double[]> scores,
      ReferenceLogProbs known) {
    this.frozen = frozen;
    this.scores = scores;
    this.known = known;
  }

  /**
   * Computes the whole micro-batch if one of it is missing: rounding depends on its company.
   *
   * @return the scores of each example's answers
   */
  public List<double[]> of(List<E> microBatch) {
    if (microBatch.stream().anyMatch(example -> known.of(example).isEmpty())) {
      known.add(computed(microBatch));
    }
    return microBatch.stream().map(example -> known.of(example).orElseThrow()).toList();
  }

  private Map<TokenExample, double[]> computed(List<E> examples) {
    float[] logProbs = frozen.logProbs(TokenExample.batch(examples));
    double[] all = scores.apply(examples, logProbs);
    Map<TokenExample, double[]> computed = new LinkedHashMap<>();
    int each = all.length / examples.size();
    for (int i = 0; i < examples.size(); i++) {
      computed.put(examples.get(i), Arrays.copyOfRange(all, i * each, (i + 1) * each));
    }
    return computed;
  }
}
