package dev.hone.alignment;

/** A training that can't start or go on. */
public final class TrainingException extends RuntimeException {
  private final String code;

  public TrainingException(String code, String message) {
    super(message);
    this.code = code;
  }

  /** A stable word: {@code too_little_memory}. */
  public String code() {
    return code;
  }
}
