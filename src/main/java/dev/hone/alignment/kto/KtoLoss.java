package dev.hone.alignment.kto;

import dev.hone.alignment.Logistic;

/**
 * Kahneman-Tversky optimisation of an answer that was judged alone (Ethayarajh et al. 2024,
 * equation 8): {@code weight (1 - sigmoid(beta (logRatio - kl)))} where it was found good, and
 * {@code weight (1 - sigmoid(beta (kl - logRatio)))} where not.
 *
 * @param reward beta logRatio
 * @param slope derivative of the loss by the policy's log-probability; the reference point has none
 */
record KtoLoss(double loss, double reward, double slope) {
  /**
   * @param logRatio log-probability of the answer by the policy less that by the reference
   * @param kl the reference point, 0 or more: how far the policy is from the reference anyway
   */
  static KtoLoss of(boolean good, double logRatio, double kl, KtoSettings settings) {
    double beta = settings.beta();
    double weight = settings.weight(good);
    double sign = good ? 1 : -1;
    double x = sign * beta * (logRatio - kl);
    double falling = Logistic.sigmoid(-x);
    return new KtoLoss(
        weight * falling, beta * logRatio, -sign * weight * beta * falling * Logistic.sigmoid(x));
  }
}
