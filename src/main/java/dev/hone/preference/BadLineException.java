package dev.hone.preference;

/** A line of a preference file that says nothing that can be learnt from; the message says why. */
final class BadLineException extends RuntimeException {
  BadLineException(String reason) {
    super(reason);
  }
}
