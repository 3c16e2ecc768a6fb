package dev.hone.evaluation;

import java.util.List;

/**
 * One question of the gate and its answer.
 *
 * @param value null where there was nothing to measure
 * @param low end of the value's 95% interval; of a count, which has none, the count itself
 * @param threshold in words: {@code lower end above 0.5}
 * @param unit {@code share}, {@code ratio}, {@code nats}, {@code pairs}
 * @param detail what the value was computed from
 * @param samples texts that show it
 */
public record Check(
    String name,
    Verdict verdict,
    Double value,
    Double low,
    Double high,
    String threshold,
    double thresholdValue,
    String unit,
    String detail,
    List<Sample> samples) {

  public enum Verdict {
    PASSED,
    FAILED,
    /** There is too little data to say. */
    UNDECIDED
  }
}
