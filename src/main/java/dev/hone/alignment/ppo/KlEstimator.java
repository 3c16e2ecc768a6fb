package dev.hone.alignment.ppo;

/**
 * What one sampled token says of KL(policy || reference): an estimate from the log-probabilities
 * that both give it (Schulman 2020). The token must be a sample of the policy; the mean over many
 * is then the divergence of the policy from the reference, not the reverse.
 *
 * <p>With r = p_reference / p_policy:
 */
public enum KlEstimator {
  /** -log r. Unbiased; of either sign and so the noisiest. */
  K1,
  /** (log r)^2 / 2. Biased, but little where the two are close; never negative. */
  K2,
  /** (r - 1) - log r. Unbiased and never negative. */
  K3;

  double of(double policy, double reference) {
    double logRatio = reference - policy;
    return switch (this) {
      case K1 -> policy - reference;
      case K2 -> logRatio * logRatio / 2;
      case K3 -> Math.expm1(logRatio) - logRatio;
    };
  }

  /** Derivative of {@link #of} by the policy's log-probability. */
  double slope(double policy, double reference) {
    return switch (this) {
      case K1 -> 1;
      case K2 -> policy - reference;
      case K3 -> -Math.expm1(reference - policy);
    };
  }

  /**
   * @param policy log-probabilities of a response's tokens
   */
  double[] ofAll(double[] policy, double[] reference) {
    double[] estimates = new double[policy.length];
    for (int t = 0; t < policy.length; t++) {
      estimates[t] = of(policy[t], reference[t]);
    }
    return estimates;
  }
}
