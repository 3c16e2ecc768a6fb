package dev.hone.inference;

/** Draws a token: temperature, then min-p, then top-k, then top-p on what these kept. Pure. */
final class Sampler {
  private Sampler() {}

  /**
   * @param logprob under the raw model
   * @param sampledLogprob under the distribution drawn from; 0 when greedy
   */
  record Draw(int token, float logprob, float sampledLogprob) {}

  /**
   * Looks at every token only where those listed don't settle it.
   *
   * @param uniform in [0, 1); not looked at when greedy
   */
  static Draw draw(Candidates candidates, SamplingParams params, double uniform) {
    if (!Float.isFinite(candidates.shaped()[0])) {
      throw new IllegalStateException("the network's logits are not finite");
    }
    if (params.temperature() == 0) {
      return new Draw(candidates.tokens()[0], logprob(candidates, 0), 0);
    }
    double[] weights = weights(candidates, params.temperature());
    int kept = kept(weights, params);
    boolean settled =
        candidates.complete()
            || kept < weights.length
            || (params.topK() > 0 && params.topK() <= weights.length);
    if (!settled && (params.minP() > 0 || params.topK() > 0)) {
      return draw(candidates.whole().get(), params, uniform);
    }
    double mass = settled ? sum(weights, kept) : total(candidates, params.temperature());
    if (params.topP() < 1) {
      int nucleus = reaching(params.topP() * mass, weights, kept);
      if (nucleus > kept && !settled) {
        return draw(candidates.whole().get(), params, uniform);
      }
      settled = true;
      kept = Math.clamp(nucleus, 1, kept);
      mass = sum(weights, kept);
    }
    int place = passing(uniform * mass, weights, kept);
    if (place == kept && !settled) {
      return draw(candidates.whole().get(), params, uniform);
    }
    int drawn = Math.min(place, kept - 1);
    return new Draw(
        candidates.tokens()[drawn],
        logprob(candidates, drawn),
        (float) Math.log(weights[drawn] / mass));
  }

  private static float logprob(Candidates candidates, int index) {
    return (float) (candidates.raw()[index] - candidates.rawLogSum());
  }

  /** Relative to the likeliest token, which weighs 1. */
  private static double[] weights(Candidates candidates, double temperature) {
    float[] logits = candidates.shaped();
    double[] weights = new double[logits.length];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = Math.exp((logits[i] - logits[0]) / temperature);
    }
    return weights;
  }

  private static double total(Candidates candidates, double temperature) {
    return Math.exp(candidates.shapedLogSum() - candidates.shaped()[0] / temperature);
  }

  /** How many min-p and top-k leave; never a token without weight. */
  private static int kept(double[] weights, SamplingParams params) {
    int most = params.topK() == 0 ? weights.length : Math.min(params.topK(), weights.length);
    double least = Math.max(params.minP(), Double.MIN_VALUE);
    int kept = 0;
    while (kept < most && weights[kept] >= least) {
      kept++;
    }
    return kept;
  }

  /** The smallest count whose sum is at least {@code wanted}; one more than kept if none is. */
  private static int reaching(double wanted, double[] weights, int kept) {
    int count = 0;
    for (double seen = 0; seen < wanted; count++) {
      if (count == kept) {
        return kept + 1;
      }
      seen += weights[count];
    }
    return count;
  }

  /** The first place where the sum up to it is above {@code limit}; kept if there is none. */
  private static int passing(double limit, double[] weights, int kept) {
    double left = limit;
    for (int i = 0; i < kept; i++) {
      left -= weights[i];
      if (left < 0) {
        return i;
      }
    }
    return kept;
  }

  private static double sum(double[] weights, int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += weights[i];
    }
    return sum;
  }
}
