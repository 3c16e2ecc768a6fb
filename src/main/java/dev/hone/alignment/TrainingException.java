package dev.hone.alignment;

/** A training that can't start or go on. */
public final class TrainingException extends RuntimeException {
  private final String code;

  public TrainingException(String code, String message) {
    super(message);
    this.code = code;
  }

  /** Stable: {@code too_little_memory}, {@code too_little_disk}, {@code diverged}. */
  public String code() {
    return code;
  }
}
