package dev.hone.alignment;

/** What a learning rate does after it has risen. */
public enum Schedule {
  /** Stays. */
  CONSTANT,
  /** Falls in a straight line to 0. */
  LINEAR,
  /** Falls along half a cosine to 0. */
  COSINE,
  /**
   * Stays, and falls in a straight line to 0 over the last fifth of the steps after the rise
   * (warmup-stable-decay, Hu et al. 2024).
   */
  TRAPEZOID;

  private static final double DECAY = 0.2;

  /**
   * @param progress share of the steps after the rise that are done, in [0, 1)
   * @return the rate as a share of its peak
   */
  double at(double progress) {
    return switch (this) {
      case CONSTANT -> 1;
      case LINEAR -> 1 - progress;
      case COSINE -> 0.5 * (1 + Math.cos(Math.PI * progress));
      case TRAPEZOID -> Math.min(1, (1 - progress) / DECAY);
    };
  }
}
