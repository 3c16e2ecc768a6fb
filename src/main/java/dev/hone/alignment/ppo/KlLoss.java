package dev.hone.alignment.ppo;

/**
 * What one response's divergence from the reference adds to the loss, before its coefficient: the
 * penalty of GRPO, which is in the loss and not in the reward (Shao et al. 2024, equation 4, with
 * {@link KlEstimator#K3}).
 *
 * @param slopes derivatives of the loss by the tokens' log-probabilities
 */
public record KlLoss(double loss, double[] slopes) {
  /**
   * @param policy log-probabilities of the response's tokens now
   * @param weight of a token (see {@link Aggregation#weights})
   */
  static KlLoss of(KlEstimator estimator, double[] policy, double[] reference, double weight) {
    double loss = 0;
    double[] slopes = new double[policy.length];
    for (int t = 0; t < policy.length; t++) {
      loss += weight * estimator.of(policy[t], reference[t]);
      slopes[t] = weight * estimator.slope(policy[t], reference[t]);
    }
    return new KlLoss(loss, slopes);
  }
}
