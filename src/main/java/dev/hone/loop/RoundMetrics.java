package dev.hone.loop;

import dev.hone.alignment.TrainingResult;
import dev.hone.alignment.Truncation;
import dev.hone.evaluation.EvaluationReport;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The figures that a round ends with; null where there is none (docs/algorithms/rounds.md).
 *
 * @param pairs different ones that the last stage trained on, or answers where it learns from those
 * @param heldOut pairs that were scored
 * @param accuracy on these, by implicit reward with the parent as reference
 * @param low end of its 95% interval
 * @param logprobAccuracyBefore the parent's, on the same pairs
 * @param kl per token, nats, candidate against parent
 * @param steps of all stages
 * @param seconds of work in training, of all stages
 * @param peakBytes the most memory that the worker held
 * @param leftOut examples, prompts and tasks that a stage could not learn from, for whatever
 *     reason; of all stages
 * @param promptsCut to fit, of all stages
 * @param answersCut likewise
 * @param stages what each stage did, in words, in their order
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
    Long peakBytes,
    Integer leftOut,
    Integer promptsCut,
    Integer answersCut,
    List<String> stages) {
  static RoundMetrics of(EvaluationReport report, Candidate candidate) {
    var last = candidate.training();
    var trainings = candidate.trainings().stream().flatMap(Optional::stream).toList();
    var choosings = candidate.choosings().stream().flatMap(Optional::stream).toList();
    var all = trainings.stream().map(Training::result).toList();
    var preferences = report.preferences();
    return new RoundMetrics(
        // The first epoch visits nothing twice; maxSteps may end it early.
        Math.min(last.pairs(), last.result().examples()),
        preferences.pairs(),
        preferences.accuracy(),
        preferences.low(),
        preferences.high(),
        report.logprobAccuracyBefore(),
        preferences.logprobAccuracy(),
        preferences.margin(),
        preferences.kl(),
        all.stream().mapToInt(TrainingResult::steps).sum(),
        all.stream().mapToDouble(TrainingResult::seconds).sum(),
        RoundFolder.read(candidate.folder().usage(), Usage.class)
            .map(Usage::peakBytes)
            .orElse(null),
        sum(trainings, Training::untrainable, _ -> true)
            + sum(choosings, Choosing::leftOut, _ -> true)
            + sum(choosings, Choosing::unasked, _ -> true),
        sum(trainings, Training::cut, Truncation.PROMPTS::equals),
        sum(trainings, Training::cut, Truncation.ANSWERS::equals),
        candidate.outcomes());
  }

  private static <T> int sum(
      List<T> done, Function<T, Map<String, Integer>> counts, Predicate<String> counted) {
    return done.stream()
        .flatMap(one -> counts.apply(one).entrySet().stream())
        .filter(count -> counted.test(count.getKey()))
        .mapToInt(Map.Entry::getValue)
        .sum();
  }
}
