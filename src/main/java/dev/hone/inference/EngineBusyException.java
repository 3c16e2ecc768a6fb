package dev.hone.inference;

import java.time.Duration;

/** The queue is full; nothing was taken on. */
public final class EngineBusyException extends RuntimeException {
  private final Duration retryAfter;

  EngineBusyException(Duration retryAfter) {
    super("the engine's queue is full, try again in " + retryAfter.toSeconds() + " s");
    this.retryAfter = retryAfter;
  }

  /** When a place in the queue is likely free, by how long answers took lately; whole seconds. */
  public Duration retryAfter() {
    return retryAfter;
  }
}
