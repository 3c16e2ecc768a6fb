package dev.hone.alignment.dpo;

import dev.hone.alignment.Logistic;

/**
 * The loss of a pair by a member of the DPO family, over scores of its answers: weighted sums of
 * their tokens' log-probabilities (see {@link Loss}).
 *
 * @param chosenReward beta (policyChosen - referenceChosen); likewise the rejected answer's
 * @param chosenSlope derivative of the loss by policyChosen; likewise the rejected answer's
 */
public record DpoLoss(
    double loss,
    double chosenReward,
    double rejectedReward,
    double chosenSlope,
    double rejectedSlope) {
  /** The largest log-probability that has odds worth the name. */
  private static final double ALMOST_CERTAIN = -1e-7;

  /** An answer's score or reward beside the other's. */
  public record Scores(double chosen, double rejected) {
    double difference() {
      return chosen - rejected;
    }
  }

  /**
   * @param smoothing share of labels taken to be wrong; of no effect where the loss has no place
   *     for it
   * @param targetMargin of SimPO alone
   */
  public record Options(Loss loss, double beta, double smoothing, double targetMargin) {}

  /**
   * @param reference of no effect where the loss has none
   */
  static DpoLoss of(Scores policy, Scores reference, Options options) {
    double beta = options.beta();
    double s = options.smoothing();
    var against = options.loss().hasReference() ? reference : new Scores(0, 0);
    // h: how much more the policy prefers the chosen answer than the reference does.
    double h = policy.difference() - against.difference();
    double x = beta * h;
    return switch (options.loss()) {
      // -(1 - s) log sigmoid(beta h) - s log sigmoid(-beta h)
      case SIGMOID, SIGMOID_NORM -> sigmoid(policy, against, beta, x, s);
      // -(1 - s) log sigmoid(beta h - gamma) - s log sigmoid(gamma - beta h)
      case SIMPO -> sigmoid(policy, against, beta, x - options.targetMargin(), s);
      // Divided by 1 - 2 s, so that wrong labels change nothing on average.
      case ROBUST ->
          symmetric(
              policy,
              against,
              beta,
              ((1 - s) * Logistic.softplus(-x) - s * Logistic.softplus(x)) / (1 - 2 * s),
              -beta * ((1 - s) * Logistic.sigmoid(-x) + s * Logistic.sigmoid(x)) / (1 - 2 * s));
      // max(0, 1 - beta h)
      case HINGE -> symmetric(policy, against, beta, Math.max(0, 1 - x), x < 1 ? -beta : 0);
      // (h - 1 / (2 beta))^2
      case IPO -> {
        double off = h - 1 / (2 * beta);
        yield symmetric(policy, against, beta, off * off, 2 * off);
      }
      case ORPO -> orpo(policy, beta);
    };
  }

  private static DpoLoss sigmoid(
      Scores policy, Scores reference, double beta, double x, double smoothing) {
    return symmetric(
        policy, reference, beta, Logistic.loss(x, smoothing), beta * Logistic.slope(x, smoothing));
  }

  private static DpoLoss symmetric(
      Scores policy, Scores reference, double beta, double loss, double slope) {
    return new DpoLoss(
        loss,
        beta * (policy.chosen() - reference.chosen()),
        beta * (policy.rejected() - reference.rejected()),
        slope,
        -slope);
  }

  /**
   * -log p(chosen) - beta log sigmoid(log odds(chosen) - log odds(rejected)), with odds p / (1 - p)
   * of mean log-probabilities. The odds of what is certain have no bound: it is taken to be a
   * little less so.
   */
  private static DpoLoss orpo(Scores policy, double beta) {
    double ratio = logOddsRatio(policy);
    double pull = beta * Logistic.sigmoid(-ratio);
    return new DpoLoss(
        -policy.chosen() + beta * Logistic.softplus(-ratio),
        beta * policy.chosen(),
        beta * policy.rejected(),
        -1 - pull / -Math.expm1(uncertain(policy.chosen())),
        pull / -Math.expm1(uncertain(policy.rejected())));
  }

  /** log odds(chosen) - log odds(rejected) */
  static double logOddsRatio(Scores policy) {
    return logOdds(policy.chosen()) - logOdds(policy.rejected());
  }

  private static double logOdds(double logProb) {
    double x = uncertain(logProb);
    return x - Math.log(-Math.expm1(x));
  }

  private static double uncertain(double logProb) {
    return Math.min(logProb, ALMOST_CERTAIN);
  }

  /** How much more the chosen answer is rewarded than the rejected one. */
  public double margin() {
    return chosenReward - rejectedReward;
  }

  /** 1 where the margin has the right sign; a tie is half. */
  public double accuracy() {
    return margin() == 0 ? 0.5 : margin() > 0 ? 1 : 0;
  }
}
