package dev.hone.alignment.reward;

import dev.hone.alignment.Figures;
import dev.hone.alignment.Logistic;
import dev.hone.alignment.TokenRanking;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The loss of rewards given to the answers of one prompt: the mean over all pairs of which one was
 * rated higher, so that a prompt weighs the same whatever the number of its answers (Ouyang et al.
 * 2022, equation 1).
 *
 * <p>With h = chosen - rejected - m (ratingChosen - ratingRejected), the loss of a pair is {@code
 * -(1 - s) log sigmoid(h) - s log sigmoid(-h) + c (chosen + rejected)^2}; the last term holds the
 * rewards around zero (Eisenstein et al. 2023).
 *
 * @param rewards that were given, in the answers' order
 * @param slopes derivatives of the loss by them
 * @param accuracy share of pairs whose chosen answer has the higher reward; ties count half
 * @param margin mean of the chosen answers' rewards less the rejected ones'
 */
public record RewardLoss(
    double loss, double[] rewards, double[] slopes, double accuracy, double margin) {
  /**
   * @param margin m: how much more reward one more in rating is to bring; 0 for any
   * @param labelSmoothing s: share of pairs taken to be rated the wrong way round
   * @param centring c
   */
  public record Options(double margin, double labelSmoothing, double centring) {}

  /**
   * @param ratings of the answers, two different ones at least
   */
  static RewardLoss of(double[] rewards, double[] ratings, Options options) {
    double s = options.labelSmoothing();
    double[] slopes = new double[rewards.length];
    double loss = 0;
    double right = 0;
    double margins = 0;
    int pairs = 0;
    for (int chosen = 0; chosen < rewards.length; chosen++) {
      for (int rejected = 0; rejected < rewards.length; rejected++) {
        if (ratings[chosen] <= ratings[rejected]) {
          continue;
        }
        double difference = rewards[chosen] - rewards[rejected];
        double sum = rewards[chosen] + rewards[rejected];
        double h = difference - options.margin() * (ratings[chosen] - ratings[rejected]);
        double slope = Logistic.slope(h, s);
        loss += Logistic.loss(h, s) + options.centring() * sum * sum;
        slopes[chosen] += 2 * options.centring() * sum + slope;
        slopes[rejected] += 2 * options.centring() * sum - slope;
        right += difference == 0 ? 0.5 : difference > 0 ? 1 : 0;
        margins += difference;
        pairs++;
      }
    }
    return new RewardLoss(
        loss / pairs, rewards, over(slopes, pairs), right / pairs, margins / pairs);
  }

  /**
   * @param rewards of all rankings' answers, ranking by ranking
   */
  static List<RewardLoss> ofAll(double[] rewards, List<TokenRanking> rankings, Options options) {
    var losses = new ArrayList<RewardLoss>();
    int at = 0;
    for (TokenRanking ranking : rankings) {
      int end = at + ranking.ratings().length;
      losses.add(of(Arrays.copyOfRange(rewards, at, end), ranking.ratings(), options));
      at = end;
    }
    return losses;
  }

  /**
   * Derivatives of the losses' sum over {@code count} by what {@link #ofAll} took, in its order.
   */
  static double[] slopes(List<RewardLoss> losses, int count) {
    return losses.stream()
        .flatMapToDouble(loss -> Arrays.stream(over(loss.slopes, count)))
        .toArray();
  }

  private static double[] over(double[] values, int count) {
    return Arrays.stream(values).map(value -> value / count).toArray();
  }

  /** Adds what a step is told by, under TRL's names. */
  static void tell(List<RewardLoss> losses, Figures figures) {
    for (RewardLoss loss : losses) {
      figures.add(Figures.LOSS, loss.loss());
      figures.add("accuracy", loss.accuracy());
      figures.add("margin", loss.margin());
      for (double reward : loss.rewards()) {
        figures.least("min_reward", reward);
        figures.add("mean_reward", reward);
        figures.most("max_reward", reward);
      }
    }
  }
}
