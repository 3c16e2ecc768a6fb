package dev.hone.alignment;

/**
 * A rate that rises in a straight line over the first steps and then does what its schedule says.
 *
 * @param peak reached at the end of the warm-up
 * @param warmup share of the steps
 */
public record LearningRate(double peak, double warmup, Schedule schedule, int steps) {
  /**
   * @param step from 0; the first step has a rate above 0, and so has the last
   */
  public double at(int step) {
    int rising = (int) Math.round(warmup * steps);
    if (step < rising) {
      return peak * (step + 1) / rising;
    }
    return peak * schedule.at((double) (step - rising) / Math.max(1, steps - rising));
  }
}
