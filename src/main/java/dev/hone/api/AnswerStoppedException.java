package dev.hone.api;

/** The answer was cut off while its client waited: the server stops, or the client lags. */
final class AnswerStoppedException extends RuntimeException {
  AnswerStoppedException() {
    super(
        "the answer was stopped before its end: the server stops, or the client reads too slowly");
  }
}
