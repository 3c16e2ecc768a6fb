package dev.hone.cli;

import java.util.function.LongSupplier;

/** How long work still takes, of which it is known how long each part should take. */
final class TimeLeft {
  private final double expected;
  private final LongSupplier nanoTime;
  private final long start;
  private double done;

  /**
   * @param expected seconds of all parts together on some machine
   * @param nanoTime {@link System#nanoTime}
   */
  TimeLeft(double expected, LongSupplier nanoTime) {
    this.expected = expected;
    this.nanoTime = nanoTime;
    this.start = nanoTime.getAsLong();
  }

  /**
   * A part is over.
   *
   * @param seconds that it should have taken
   * @return seconds left, at the pace so far
   */
  long after(double seconds) {
    done = Math.min(expected, done + seconds);
    double pace = (nanoTime.getAsLong() - start) / 1e9 / done;
    return Math.round((expected - done) * pace);
  }
}
