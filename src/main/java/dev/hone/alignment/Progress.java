package dev.hone.alignment;

import java.util.Map;

/**
 * How far a training has come.
 *
 * @param job SHA-256 of everything that decides its outcome, so that no other job's state is taken
 *     up
 * @param step finished optimiser steps
 * @param seconds of work
 * @param loss of the last step; likewise the metrics
 */
public record Progress(
    String job, int step, double seconds, double loss, Map<String, Double> metrics) {
  public static Progress start(String job) {
    return new Progress(job, 0, 0, 0, Map.of());
  }
}
