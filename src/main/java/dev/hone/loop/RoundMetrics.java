package dev.hone.loop;

import dev.hone.evaluation.EvaluationReport;

/**
 * The figures that a round ends with; null where there is none (docs/algorithms/rounds.md).
 *
 * @param pairs different ones that were trained on, or answers where the recipe learns from those
 * @param heldOut pairs that were scored
 * @param accuracy on these, by implicit reward with the parent as reference
 * @param low end of its 95% interval
 * @param logprobAccuracyBefore the parent's, on the same pairs
 * @param kl per token, nats, candidate against parent
 * @param seconds of work in training
 * @param peakBytes the most memory that the worker held
 */
public record RoundMetrics(
    int pairs,
    int heldOut,
    Double accuracy,
    Double low,
    Double high,
    Double logprobAccuracyBefore,
    Double logprobAccuracyAfter,
    Double margin,
    Double kl,
    int steps,
    double seconds,
    Long peakBytes) {
  static RoundMetrics of(EvaluationReport report, RoundFolder folder) {
    var training = RoundFolder.read(folder.trained(), Training.class).orElseThrow();
    var result = training.result();
    var preferences = report.preferences();
    return new RoundMetrics(
        // The first epoch visits nothing twice; maxSteps may end it early.
        Math.min(training.pairs(), result.examples()),
        preferences.pairs(),
        preferences.accuracy(),
        preferences.low(),
        preferences.high(),
        report.logprobAccuracyBefore(),
        preferences.logprobAccuracy(),
        preferences.margin(),
        preferences.kl(),
        result.steps(),
        result.seconds(),
        RoundFolder.read(folder.usage(), Usage.class).map(Usage::peakBytes).orElse(null));
  }
}
