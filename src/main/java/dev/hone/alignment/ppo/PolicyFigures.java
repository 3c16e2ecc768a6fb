package dev.hone.alignment.ppo;

/**
 * How far the policy has moved from the one that sampled, over tokens.
 *
 * @param ratio moments of p_policy / p_old
 * @param squaredLogRatios sum over the tokens
 * @param clipped tokens whose clipped ratio decides
 */
public record PolicyFigures(RunningMoments ratio, double squaredLogRatios, int clipped) {
  public static final PolicyFigures NONE = new PolicyFigures(RunningMoments.NONE, 0, 0);

  PolicyFigures with(double logRatio, boolean clip) {
    return new PolicyFigures(
        ratio.with(Math.exp(logRatio)),
        squaredLogRatios + logRatio * logRatio,
        clipped + (clip ? 1 : 0));
  }

  PolicyFigures merged(PolicyFigures other) {
    return new PolicyFigures(
        ratio.merged(other.ratio),
        squaredLogRatios + other.squaredLogRatios,
        clipped + other.clipped);
  }

  /** Mean of {@link KlEstimator#K2}: KL(old || policy). */
  double approxKl() {
    return squaredLogRatios / 2 / ratio.count();
  }

  /** Share of tokens. */
  double clipFraction() {
    return (double) clipped / ratio.count();
  }
}
