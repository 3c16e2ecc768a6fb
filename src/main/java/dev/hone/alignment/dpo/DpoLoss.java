package dev.hone.alignment.dpo;

import dev.hone.alignment.PairLogProbs;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Direct preference optimisation (Rafailov et al. 2023, equation 7), with label smoothing as in
 * conservative DPO (Mitchell 2023).
 *
 * <p>With h = beta ((policyChosen - referenceChosen) - (policyRejected - referenceRejected)), the
 * loss of a pair is {@code -(1 - s) log sigmoid(h) - s log sigmoid(-h)}.
 *
 * @param chosenReward beta (policyChosen - referenceChosen); likewise the rejected answer's
 * @param slope derivative of the loss by policyChosen; by policyRejected it is the negative
 */
public record DpoLoss(double loss, double chosenReward, double rejectedReward, double slope) {
  static DpoLoss of(
      PairLogProbs policy, PairLogProbs reference, double beta, double labelSmoothing) {
    double chosen = beta * (policy.chosen() - reference.chosen());
    double rejected = beta * (policy.rejected() - reference.rejected());
    double h = chosen - rejected;
    double loss = (1 - labelSmoothing) * softplus(-h) + labelSmoothing * softplus(h);
    double slope = beta * (labelSmoothing * sigmoid(h) - (1 - labelSmoothing) * sigmoid(-h));
    return new DpoLoss(loss, chosen, rejected, slope);
  }

  /**
   * @param policy sums of log-probabilities, chosen then rejected, pair by pair
   */
  static List<DpoLoss> ofAll(
      double[] policy, List<PairLogProbs> reference, double beta, double labelSmoothing) {
    return IntStream.range(0, reference.size())
        .mapToObj(
            i ->
                of(
                    new PairLogProbs(policy[2 * i], policy[2 * i + 1]),
                    reference.get(i),
                    beta,
                    labelSmoothing))
        .toList();
  }

  /**
   * Derivatives of the losses' sum over {@code count} by what {@link #ofAll} took, in its order.
   */
  static double[] slopes(List<DpoLoss> losses, int count) {
    double[] slopes = new double[2 * losses.size()];
    for (int i = 0; i < losses.size(); i++) {
      slopes[2 * i] = losses.get(i).slope() / count;
      slopes[2 * i + 1] = -losses.get(i).slope() / count;
    }
    return slopes;
  }

  /** How much more the chosen answer is rewarded than the rejected one. */
  public double margin() {
    return chosenReward - rejectedReward;
  }

  /** 1 where the margin has the right sign; a tie is half. */
  public double accuracy() {
    return margin() == 0 ? 0.5 : margin() > 0 ? 1 : 0;
  }

  /** log(1 + exp(x)), without overflow: -log sigmoid(-x). */
  private static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }

  private static double sigmoid(double x) {
    double e = Math.exp(-Math.abs(x));
    return (x >= 0 ? 1 : e) / (1 + e);
  }
}
