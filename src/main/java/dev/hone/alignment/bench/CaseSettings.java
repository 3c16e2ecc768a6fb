package dev.hone.alignment.bench;

import dev.hone.alignment.ComputeType;

/**
 * How a case is timed.
 *
 * @param steps that count
 * @param warmup steps before them, which do not
 * @param microBatch examples that go through the network at once, at most
 * @param maxTokens of a prompt and one answer together
 */
public record CaseSettings(
    TrainingCase what, ComputeType compute, int steps, int warmup, int microBatch, int maxTokens) {
  /** Optimiser steps in all. */
  int allSteps() {
    return warmup + steps;
  }
}
