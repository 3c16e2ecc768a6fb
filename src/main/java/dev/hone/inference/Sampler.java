package dev.hone.inference;

import java.util.Arrays;
import java.util.Comparator;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Draws a token: temperature, then min-p, then top-k, then top-p on what these kept. Pure. */
final class Sampler {
  private Sampler() {}

  /**
   * @param logprob under the raw model
   * @param sampledLogprob under the distribution drawn from; 0 when greedy
   */
  record Draw(int token, float logprob, float sampledLogprob) {}

  /**
   * @param logits of several rows; this draw reads {@code [offset, offset + vocabulary)}
   * @param random asked for one double, or for none when greedy
   */
  static Draw draw(
      float[] logits, int offset, int vocabulary, SamplingParams params, RandomGenerator random) {
    int best = offset;
    for (int i = offset; i < offset + vocabulary; i++) {
      if (logits[i] > logits[best]) {
        best = i;
      }
    }
    float max = logits[best];
    if (!Float.isFinite(max)) {
      throw new IllegalStateException("the network's logits are not finite");
    }
    if (params.temperature() == 0) {
      return new Draw(best - offset, logprob(logits, offset, vocabulary, max, best), 0);
    }
    double[] weights = new double[vocabulary];
    for (int i = 0; i < vocabulary; i++) {
      double weight = Math.exp((logits[offset + i] - max) / params.temperature());
      // The likeliest weighs 1.
      weights[i] = weight < params.minP() ? 0 : weight;
    }
    Kept kept = keep(weights, params.topK(), params.topP());
    int token = kept.draw(random.nextDouble());
    return new Draw(
        token,
        logprob(logits, offset, vocabulary, max, offset + token),
        (float) Math.log(weights[token] / kept.mass));
  }

  /** Natural log of a token's probability in a row. */
  static float logprob(float[] logits, int offset, int vocabulary, int token) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = offset; i < offset + vocabulary; i++) {
      max = Math.max(max, logits[i]);
    }
    return logprob(logits, offset, vocabulary, max, offset + token);
  }

  private static float logprob(float[] logits, int offset, int vocabulary, float max, int at) {
    double sum = 0;
    for (int i = offset; i < offset + vocabulary; i++) {
      sum += Math.exp(logits[i] - max);
    }
    return (float) (logits[at] - max - Math.log(sum));
  }

  /**
   * What is drawn from.
   *
   * @param tokens kept ones
   * @param weights by token id, not normalised
   * @param mass their sum over the kept tokens
   */
  private record Kept(int[] tokens, double[] weights, double mass) {
    int draw(double uniform) {
      double left = uniform * mass;
      for (int token : tokens) {
        left -= weights[token];
        if (left < 0) {
          return token;
        }
      }
      return tokens[tokens.length - 1];
    }
  }

  private static Kept keep(double[] weights, int topK, double topP) {
    if (topK == 0 && topP == 1) {
      int[] all = IntStream.range(0, weights.length).toArray();
      return new Kept(all, weights, Arrays.stream(weights).sum());
    }
    int[] kept = mostLikely(weights, topK, topP);
    double mass = topK == 0 ? Arrays.stream(weights).sum() : sum(weights, kept, kept.length);
    int count = 0;
    for (double seen = 0; count < kept.length && seen < topP * mass; count++) {
      seen += weights[kept[count]];
    }
    int[] nucleus = Arrays.copyOf(kept, Math.max(count, 1));
    return new Kept(nucleus, weights, sum(weights, nucleus, nucleus.length));
  }

  /**
   * The {@code topK} likeliest tokens, or without top-k at least the nucleus, likeliest first.
   * Lowers a threshold until enough tokens are over it, so that only those few are sorted; tokens
   * without weight are never among them.
   */
  private static int[] mostLikely(double[] weights, int topK, double topP) {
    double wanted = topK == 0 ? topP * Arrays.stream(weights).sum() : Double.POSITIVE_INFINITY;
    int weighty = (int) Arrays.stream(weights).filter(weight -> weight > 0).count();
    int count = Math.min(topK == 0 ? Integer.MAX_VALUE : topK, weighty);
    for (double threshold = 1 / 64.0; ; threshold /= 64) {
      double least = Math.max(threshold, Double.MIN_VALUE);
      int[] over = IntStream.range(0, weights.length).filter(i -> weights[i] >= least).toArray();
      boolean enough = over.length >= count || sum(weights, over, over.length) >= wanted;
      if (enough || threshold == 0) {
        return IntStream.of(over)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> -weights[i]))
            .limit(count)
            .mapToInt(Integer::intValue)
            .toArray();
      }
    }
  }

  private static double sum(double[] weights, int[] tokens, int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += weights[tokens[i]];
    }
    return sum;
  }
}
