package dev.hone.alignment;

import java.util.Map;

/** A training that can't start or go on. */
public final class TrainingException extends RuntimeException {
  private final String code;

  public TrainingException(String code, String message) {
    super(message);
    this.code = code;
  }

  /**
   * @param leftOut by reason
   */
  public static TrainingException noExamples(String method, Map<String, Integer> leftOut) {
    return new TrainingException(
        "no_examples",
        "the snapshot has nothing that %s can learn from: %s".formatted(method, leftOut));
  }

  /** A stable word: {@code too_little_memory}. */
  public String code() {
    return code;
  }
}
