package dev.hone.alignment;

/**
 * Before which of its steps a training is measured on what it does not learn from: the first, and
 * each {@code every} steps further on; and then after the last, which has no reading before it.
 *
 * @param every 0 for never
 */
public record ReadingTimes(int every, int steps) {
  /**
   * @param step from 0
   */
  public boolean before(int step) {
    return every > 0 && step % every == 0 && !isLast(step);
  }

  public boolean after(int step) {
    return every > 0 && isLast(step);
  }

  private boolean isLast(int step) {
    return step + 1 == steps;
  }
}
