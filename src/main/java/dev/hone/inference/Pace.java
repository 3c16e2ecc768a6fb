package dev.hone.inference;

import java.time.Duration;

/** How long answers took lately, to tell a client when to come back. */
final class Pace {
  private static final double WEIGHT_OF_NEWEST = 0.2;
  private static final long LONGEST_SECONDS = 120;

  private final int slots;
  private volatile double seconds = 1;

  Pace(int slots) {
    this.slots = slots;
  }

  /** Written by the engine's thread only. */
  void ended(Sequence sequence) {
    double took = (System.nanoTime() - sequence.submittedNanos()) / 1e9;
    seconds = (1 - WEIGHT_OF_NEWEST) * seconds + WEIGHT_OF_NEWEST * took;
  }

  /** Time until one place of a full queue is likely free. */
  Duration retryAfter(int queued) {
    long wait = (long) Math.ceil(seconds * Math.max(1, (double) queued / slots));
    return Duration.ofSeconds(Math.clamp(wait, 1, LONGEST_SECONDS));
  }
}
