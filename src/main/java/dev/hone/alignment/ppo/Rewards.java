package dev.hone.alignment.ppo;

import java.util.stream.DoubleStream;

/**
 * What a response earns: the score of the whole on its last token and, on every token, what its
 * divergence from the reference costs (Ziegler et al. 2019, equation 2; Ouyang et al. 2022).
 *
 * @param tokens reward of each token
 * @param kl estimated divergence, summed over the tokens
 * @param penalty what that adds to the reward, at most 0 where no estimate is negative
 * @param score as {@link ScoreShape} leaves it
 */
public record Rewards(double[] tokens, double kl, double penalty, double score) {
  /**
   * @param kl estimate of each token
   */
  static Rewards of(double[] kl, double coefficient, double score) {
    double[] tokens = DoubleStream.of(kl).map(x -> -coefficient * x).toArray();
    tokens[tokens.length - 1] += score;
    double sum = DoubleStream.of(kl).sum();
    return new Rewards(tokens, sum, -coefficient * sum, score);
  }

  /** Of the response as one action. */
  double total() {
    return penalty + score;
  }
}
