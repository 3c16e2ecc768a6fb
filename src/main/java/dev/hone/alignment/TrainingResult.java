package dev.hone.alignment;

import java.util.Map;

/**
 * A finished training.
 *
 * @param examples visited, counted each time
 * @param seconds of work, pauses left out, interruptions bridged
 * @param lastLoss of the last step, before its update; likewise the metrics
 */
public record TrainingResult(
    int steps, int examples, double seconds, double lastLoss, Map<String, Double> lastMetrics) {}
