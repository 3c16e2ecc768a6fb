package dev.hone.alignment;

import java.util.OptionalInt;

/**
 * Before which of its steps a training is measured on what it does not learn from: the first, and
 * each {@code every} steps further on; and then after the last, which has no reading before it.
 *
 * @param every 0 for never
 */
public record ReadingTimes(int every, int steps) {
  /** A rise and a fall take four readings, one before the first step among them. */
  private static final int PARTS = 4;

  private static final int LEAST = 5;
  private static final int MOST = 50;

  /**
   * @param every empty for a fourth of the steps, but for no fewer than 5 and no more than 50
   */
  public static ReadingTimes of(OptionalInt every, int steps) {
    return new ReadingTimes(
        every.orElse(Math.clamp(Math.ceilDiv(steps, PARTS), LEAST, MOST)), steps);
  }

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
