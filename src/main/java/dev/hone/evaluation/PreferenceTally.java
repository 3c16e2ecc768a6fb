package dev.hone.evaluation;

import dev.hone.alignment.PairScore;

/** Adds up the scores of pairs, one after the other; holds no pair. */
final class PreferenceTally {
  private final double beta;
  private int pairs;
  private double rightByReward;
  private double rightByLogprob;
  private double rightByReferenceLogprob;
  private double rightByLength;
  private double margins;
  private double kl;
  private long tokens;

  /**
   * @param beta that implicit rewards are scaled by in the margin
   */
  PreferenceTally(double beta) {
    this.beta = beta;
  }

  /** A pair whose answers are as long as what was scored of them. */
  void add(PairScore s) {
    add(s, s.chosenTokens(), s.rejectedTokens());
  }

  /**
   * @param chosenLength tokens before the answer was cut
   * @param rejectedLength likewise
   */
  void add(PairScore s, int chosenLength, int rejectedLength) {
    double margin = margin(s);
    pairs++;
    margins += margin;
    rightByReward += right(margin, 0);
    rightByLogprob +=
        right(s.policyChosen() / s.chosenTokens(), s.policyRejected() / s.rejectedTokens());
    rightByReferenceLogprob +=
        right(s.referenceChosen() / s.chosenTokens(), s.referenceRejected() / s.rejectedTokens());
    rightByLength += right(chosenLength, rejectedLength);
    kl += s.kl();
    tokens += s.chosenTokens() + s.rejectedTokens();
  }

  /** By how much the implicit reward of the chosen answer is higher, before beta. */
  static double margin(PairScore s) {
    return (s.policyChosen() - s.referenceChosen()) - (s.policyRejected() - s.referenceRejected());
  }

  /** 1 where the chosen one is higher; a tie is half. */
  static double right(double chosen, double rejected) {
    if (chosen == rejected) {
      return 0.5;
    }
    return chosen > rejected ? 1 : 0;
  }

  int pairs() {
    return pairs;
  }

  /** The accuracy of the reference's own mean log-probabilities; null without pairs. */
  Double referenceLogprobAccuracy() {
    return pairs == 0 ? null : rightByReferenceLogprob / pairs;
  }

  /**
   * @param skipped lines that were no pair
   */
  PreferenceReport report(int skipped) {
    if (pairs == 0) {
      return new PreferenceReport(0, skipped, null, null, null, null, null, null, null);
    }
    var interval = Interval.wilson(rightByReward, pairs);
    double longerWins = rightByLength / pairs;
    return new PreferenceReport(
        pairs,
        skipped,
        rightByReward / pairs,
        interval.low(),
        interval.high(),
        beta * margins / pairs,
        rightByLogprob / pairs,
        Math.max(longerWins, 1 - longerWins),
        kl / tokens);
  }
}
