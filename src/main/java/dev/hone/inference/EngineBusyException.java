package dev.hone.inference;

import java.time.Duration;

/** There is no place: nothing was taken on, or not a token was drawn of what was. */
public final class EngineBusyException extends RuntimeException {
  private final Duration retryAfter;

  private EngineBusyException(String what, Duration retryAfter) {
    super(what + ", try again in " + retryAfter.toSeconds() + " s");
    this.retryAfter = retryAfter;
  }

  static EngineBusyException queueFull(Duration retryAfter) {
    return new EngineBusyException("the engine's queue is full", retryAfter);
  }

  static EngineBusyException waitedTooLong(Duration waited, Duration retryAfter) {
    return new EngineBusyException(
        "the request waited %.1f s and the engine had no place for it"
            .formatted(waited.toMillis() / 1e3),
        retryAfter);
  }

  static EngineBusyException tooManyVersions(Duration retryAfter) {
    return new EngineBusyException("too many versions are in use", retryAfter);
  }

  /** When a place is likely free; whole seconds. */
  public Duration retryAfter() {
    return retryAfter;
  }
}
