package dev.hone.evaluation;

import dev.hone.alignment.PairScore;
import dev.hone.alignment.PairScorer;
import dev.hone.alignment.TokenPair;
import dev.hone.alignment.WholePair;
import java.util.Arrays;
import java.util.List;

/** Judges a version on every pair of a file. */
public final class PreferenceEvaluation {
  private PreferenceEvaluation() {}

  /**
   * @throws dev.hone.alignment.CancelledException as the watch wants
   */
  public static FileResult<PreferenceReport> run(PreferenceJob job, EvaluationWatch watch) {
    try (var scorer = PairScorer.open(job.base(), job.version(), job.reference())) {
      var tally = new PreferenceTally(job.beta());
      var file =
          new PairsFile(
              job, scorer.window(), watch, pairs -> add(pairs, scores(pairs, scorer), tally));
      file.judge();
      return new FileResult<>(tally.report(file.skippedCount()), file.skipped(), file.cut());
    }
  }

  private static List<PairScore> scores(List<WholePair> pairs, PairScorer scorer) {
    return scorer.score(pairs.stream().map(WholePair::tokens).toList());
  }

  private static void add(List<WholePair> pairs, List<PairScore> scores, PreferenceTally tally) {
    for (int i = 0; i < scores.size(); i++) {
      WholePair pair = pairs.get(i);
      tally.add(exact(pair.tokens(), scores.get(i)), pair.chosenLength(), pair.rejectedLength());
    }
  }

  /** Equal answers lie in different rows of a batch, and sums may differ by their last bit. */
  private static PairScore exact(TokenPair pair, PairScore score) {
    return Arrays.equals(pair.chosen(), pair.rejected())
        ? new PairScore(
            score.policyChosen(),
            score.policyChosen(),
            score.referenceChosen(),
            score.referenceChosen(),
            score.chosenTokens(),
            score.rejectedTokens(),
            score.kl())
        : score;
  }
}
