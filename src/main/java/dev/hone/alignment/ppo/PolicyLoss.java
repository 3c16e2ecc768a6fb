package dev.hone.alignment.ppo;

/**
 * What one response adds to the policy's loss.
 *
 * @param slopes derivatives of the loss by the tokens' log-probabilities
 */
public record PolicyLoss(double loss, double[] slopes, PolicyFigures figures) {
  /**
   * @param policy log-probabilities of the response's tokens now
   * @param old when they were sampled, from the same kind of forward
   * @param weight of a token (see {@link Aggregation#weights})
   */
  static PolicyLoss of(
      Surrogate surrogate, double[] policy, double[] old, double[] advantages, double weight) {
    double loss = 0;
    double[] slopes = new double[policy.length];
    var figures = PolicyFigures.NONE;
    for (int t = 0; t < policy.length; t++) {
      var term = surrogate.term(policy[t], old[t], advantages[t]);
      loss += weight * term.loss();
      slopes[t] = weight * term.slope();
      figures = figures.with(policy[t] - old[t], term.clipped());
    }
    return new PolicyLoss(loss, slopes, figures);
  }
}
