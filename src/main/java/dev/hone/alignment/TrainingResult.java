package dev.hone.alignment;

/**
 * A finished training.
 *
 * @param pairs visited, counted each time
 * @param seconds of work, pauses left out, interruptions bridged
 * @param lastLoss of the last step, before its update; likewise the margin and accuracy
 */
public record TrainingResult(
    int steps,
    int pairs,
    double seconds,
    double lastLoss,
    double lastMargin,
    double lastAccuracy) {}
