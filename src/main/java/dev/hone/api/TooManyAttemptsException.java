package dev.hone.api;

import java.time.Duration;

/** Someone tries keys faster than a person would. */
final class TooManyAttemptsException extends RuntimeException {
  private final Duration retryAfter;

  TooManyAttemptsException(Duration retryAfter) {
    super("Too many attempts to sign in.");
    this.retryAfter = retryAfter;
  }

  Duration retryAfter() {
    return retryAfter;
  }
}
