package dev.hone.evaluation;

import dev.hone.evaluation.LengthBaseline.Judged;
import java.util.List;

/**
 * How a reward model judges pairs whose better answer is known (docs/algorithms/reward.md). What
 * there is of no pairs at all is null.
 *
 * @param pairs that were scored
 * @param accuracy share of pairs whose chosen answer has the higher reward; ties count half
 * @param low end of the accuracy's 95% interval (Wilson)
 * @param high its other end
 * @param lengthBaseline accuracy of the better of two rules, the answer of more tokens wins and the
 *     one of fewer wins; ties count half
 * @param skipped lines that could not be read as a pair
 * @param longer accuracy of the first rule
 * @param shorter accuracy of the second
 * @param byPrompt the accuracy with an interval that allows for pairs of one prompt, which are not
 *     independent; its count is that of the prompts
 * @param difference accuracy less lengthBaseline, likewise, but its count is that of the pairs
 * @param margin mean of the chosen answers' rewards less the rejected ones'
 */
public record RewardReport(
    int pairs,
    Double accuracy,
    Double low,
    Double high,
    Double lengthBaseline,
    int skipped,
    Estimate longer,
    Estimate shorter,
    Estimate byPrompt,
    Estimate difference,
    Double margin,
    Calibration calibration) {
  /**
   * @param skipped lines that were no pair
   */
  static RewardReport of(List<Judged> judged, int skipped) {
    if (judged.isEmpty()) {
      return new RewardReport(
          0, null, null, null, null, skipped, null, null, null, null, null, null);
    }
    var baseline = LengthBaseline.of(judged);
    double[] margins = judged.stream().mapToDouble(Judged::margin).toArray();
    return new RewardReport(
        judged.size(),
        baseline.accuracy().value(),
        baseline.accuracy().low(),
        baseline.accuracy().high(),
        Math.max(baseline.longer().value(), baseline.shorter().value()),
        skipped,
        baseline.longer(),
        baseline.shorter(),
        baseline.byPrompt(),
        baseline.difference(),
        judged.stream().mapToDouble(Judged::margin).average().orElseThrow(),
        Calibration.of(margins));
  }
}
