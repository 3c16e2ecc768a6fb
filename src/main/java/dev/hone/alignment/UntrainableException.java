package dev.hone.alignment;

/** An example that cannot be learnt from. */
public final class UntrainableException extends Exception {
  private final String reason;

  public UntrainableException(String reason) {
    super(reason);
    this.reason = reason;
  }

  /** A short stable word, for counting: {@code empty-answer}. */
  public String reason() {
    return reason;
  }
}
