package dev.hone.alignment.dpo;

import dev.hone.alignment.Algorithm;
import dev.hone.alignment.Figures;
import dev.hone.alignment.Logistic;
import dev.hone.alignment.Objective;
import dev.hone.alignment.Reference;
import dev.hone.alignment.Said;
import dev.hone.alignment.TokenPair;
import dev.hone.alignment.TokenWeights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Direct preference optimisation and its family. */
public record Dpo(DpoSettings options) implements Algorithm<TokenPair> {
  @Override
  public Objective<TokenPair> objective(Frozen frozen) {
    if (!options.loss().hasReference()) {
      return (batch, _) ->
          (pairs, outputs, figures) -> slopes(pairs, none(pairs), batch.size(), outputs, figures);
    }
    String summed =
        "mean %s, lengthWeight %s".formatted(options.loss().isMean(), options.lengthWeight());
    var reference =
        new Reference<TokenPair>(
            frozen,
            (pairs, logProbs) -> weights(pairs).scores(logProbs),
            frozen.cache().apply(summed));
    return (batch, _) ->
        (pairs, outputs, figures) ->
            slopes(pairs, reference.of(pairs), batch.size(), outputs, figures);
  }

  private static List<double[]> none(List<TokenPair> pairs) {
    return pairs.stream().map(_ -> new double[2]).toList();
  }

  /** A token's weight in the score of its answer. */
  TokenWeights weights(List<TokenPair> pairs) {
    var all = new ArrayList<double[]>();
    for (TokenPair pair : pairs) {
      int common = Math.min(pair.chosen().length, pair.rejected().length);
      all.add(weights(pair.chosen().length, common));
      all.add(weights(pair.rejected().length, common));
    }
    return new TokenWeights(all);
  }

  private double[] weights(int length, int common) {
    double[] weights = new double[length];
    Arrays.fill(weights, options.loss().isMean() ? 1.0 / length : 1);
    Arrays.fill(weights, common, length, weights[0] * options.lengthWeight());
    return weights;
  }

  /**
   * @param all pairs of the step: its loss is their mean
   */
  float[] slopes(
      List<TokenPair> pairs, List<double[]> reference, int all, float[] outputs, Figures figures) {
    var weights = weights(pairs);
    double[] policy = weights.scores(outputs);
    double[] slopes = new double[policy.length];
    for (int i = 0; i < pairs.size(); i++) {
      var scores = new DpoLoss.Scores(policy[2 * i], policy[2 * i + 1]);
      double[] expected = reference.get(i);
      var loss =
          DpoLoss.of(scores, new DpoLoss.Scores(expected[0], expected[1]), options.options());
      slopes[2 * i] = loss.chosenSlope() / all;
      slopes[2 * i + 1] = loss.rejectedSlope() / all;
      figures.add(Figures.LOSS, loss.loss());
      figures.add("rewards/chosen", loss.chosenReward());
      figures.add("rewards/rejected", loss.rejectedReward());
      figures.add("rewards/accuracies", loss.accuracy());
      figures.add("rewards/margins", loss.margin());
      figures.add("logps/chosen", scores.chosen());
      figures.add("logps/rejected", scores.rejected());
      if (options.loss() == Loss.ORPO) {
        double odds = DpoLoss.logOddsRatio(scores);
        figures.add("nll_loss", -scores.chosen());
        figures.add("log_odds_chosen", odds);
        figures.add("log_odds_ratio", -Logistic.softplus(-odds));
      }
    }
    var said = Said.of(pairs, outputs);
    tell(pairs, said, figures);
    return said.slopes(weights.spread(slopes));
  }

  /** As TRL has it: entropies of both answers' tokens, accuracy of what is to become likelier. */
  private static void tell(List<TokenPair> pairs, Said said, Figures figures) {
    int at = 0;
    for (TokenPair pair : pairs) {
      for (int t = 0; t < pair.chosen().length; t++) {
        said.accuracy(at, figures);
        said.entropy(at++, figures);
      }
      for (int t = 0; t < pair.rejected().length; t++) {
        said.entropy(at++, figures);
      }
    }
  }
}
