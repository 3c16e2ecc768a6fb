package dev.hone.alignment;

/**
 * A rate that rises in a straight line over the first steps and then falls along half a cosine.
 *
 * @param peak reached at the end of the warm-up
 * @param warmup share of the steps
 */
public record LearningRate(double peak, double warmup, int steps) {
  /**
   * @param step from 0; the first step has a rate above 0, and so has the last
   */
  public double at(int step) {
    int rising = (int) Math.round(warmup * steps);
    if (step < rising) {
      return peak * (step + 1) / rising;
    }
    double progress = (double) (step - rising) / Math.max(1, steps - rising);
    return peak * 0.5 * (1 + Math.cos(Math.PI * progress));
  }
}
