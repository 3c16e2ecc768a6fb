package dev.hone.alignment;

/** Whoever watches a training wants it to end. What was learnt so far can be resumed. */
public final class CancelledException extends RuntimeException {
  public CancelledException(String why) {
    super(why);
  }
}
