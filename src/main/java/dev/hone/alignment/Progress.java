package dev.hone.alignment;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/**
 * How far a training has come.
 *
 * @param job SHA-256 of everything that decides its outcome, so that no other job's state is taken
 *     up
 * @param step finished optimiser steps
 * @param seconds of work
 * @param loss of the last step; likewise the metrics
 * @param state what the next step takes up besides what is trained; null where that is nothing
 */
public record Progress(
    String job,
    int step,
    double seconds,
    double loss,
    Map<String, Double> metrics,
    JsonNode state) {
  public static Progress start(String job) {
    return new Progress(job, 0, 0, 0, Map.of(), null);
  }

  /** After one more step. */
  public Progress after(StepReport report, double worked, JsonNode nextState) {
    return new Progress(
        job, report.step(), seconds + worked, report.loss(), report.metrics(), nextState);
  }
}
