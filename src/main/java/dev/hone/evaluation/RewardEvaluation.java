package dev.hone.evaluation;

import dev.hone.alignment.RewardScorer;
import dev.hone.alignment.TokenExample;
import dev.hone.alignment.TokenPair;
import dev.hone.alignment.WholePair;
import dev.hone.evaluation.LengthBaseline.Judged;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Judges a reward model on every pair of a file. */
public final class RewardEvaluation {
  private RewardEvaluation() {}

  /**
   * @throws dev.hone.alignment.CancelledException as the watch wants
   */
  public static FileResult<RewardReport> run(RewardJob job, EvaluationWatch watch) {
    try (var scorer = RewardScorer.open(job.base(), job.model())) {
      var judged = new ArrayList<Judged>();
      var file =
          new PairsFile(job, scorer.window(), watch, pairs -> judged.addAll(judged(pairs, scorer)));
      file.judge();
      return new FileResult<>(
          RewardReport.of(judged, file.skippedCount()), file.skipped(), file.cut());
    }
  }

  private static List<Judged> judged(List<WholePair> pairs, RewardScorer scorer) {
    double[] rewards =
        scorer.score(pairs.stream().map(WholePair::tokens).map(TokenExample::branches).toList());
    var judged = new ArrayList<Judged>();
    for (int i = 0; i < pairs.size(); i++) {
      judged.add(judged(pairs.get(i), rewards[2 * i], rewards[2 * i + 1]));
    }
    return judged;
  }

  /** Equal answers lie in different rows of a batch, and rewards may differ by their last bit. */
  private static Judged judged(WholePair whole, double chosen, double rejected) {
    TokenPair pair = whole.tokens();
    return new Judged(
        pair.promptKey(),
        Arrays.equals(pair.chosen(), pair.rejected()) ? 0 : chosen - rejected,
        whole.chosenLength(),
        whole.rejectedLength());
  }
}
