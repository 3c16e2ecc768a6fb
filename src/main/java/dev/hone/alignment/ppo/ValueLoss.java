package dev.hone.alignment.ppo;

/**
 * What one response adds to the value network's loss, before its coefficient: half the squared
 * error of each token's value, or of the value held within a range of the old one where that is
 * larger.
 *
 * @param slopes derivatives of the loss by the values
 * @param clipped tokens whose held value decides
 */
public record ValueLoss(double loss, double[] slopes, int clipped) {
  /**
   * @param old values when the response was sampled
   * @param range in which the value is held about the old one
   * @param weight of a token (see {@link Aggregation#weights}; PPO's is {@link
   *     Aggregation#TOKEN_MEAN})
   */
  static ValueLoss of(
      double[] values, double[] old, double[] targets, double range, double weight) {
    double loss = 0;
    double[] slopes = new double[values.length];
    int clipped = 0;
    for (int t = 0; t < values.length; t++) {
      double free = values[t] - targets[t];
      double held = held(values[t], old[t], range) - targets[t];
      boolean clip = held * held > free * free;
      loss += weight * 0.5 * (clip ? held * held : free * free);
      slopes[t] = clip ? 0 : weight * free;
      clipped += clip ? 1 : 0;
    }
    return new ValueLoss(loss, slopes, clipped);
  }

  /** Within the range the very value, so that rounding clips nothing. */
  private static double held(double value, double old, double range) {
    double moved = value - old;
    return Math.abs(moved) > range ? old + Math.copySign(range, moved) : value;
  }
}
