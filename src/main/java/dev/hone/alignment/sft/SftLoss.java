package dev.hone.alignment.sft;

import dev.hone.alignment.TokenAnswer;
import java.util.List;

/**
 * The negative log-likelihood of the tokens that are learnt (teacher forcing): over all n of a
 * step, L = -(1/n) sum of log p(token | what stands before it).
 *
 * @param sum of -log p over those of these answers, in nats
 * @param tokens how many these have
 * @param slopes derivatives of L by the log-probabilities of all tokens, 0 for those that are not
 *     learnt
 */
public record SftLoss(double sum, int tokens, float[] slopes) {
  /**
   * @param logProbs of all the answers' tokens, answer by answer; what stands behind them counts
   *     for nothing
   * @param all tokens of the step that are learnt
   * @param weight of L among what else is made small
   */
  public static SftLoss of(List<TokenAnswer> answers, float[] logProbs, int all, double weight) {
    float[] slopes = new float[answers.stream().mapToInt(TokenAnswer::targets).sum()];
    double sum = 0;
    int tokens = 0;
    int at = 0;
    for (TokenAnswer answer : answers) {
      for (boolean learnt : answer.learnt()) {
        if (learnt) {
          slopes[at] = (float) (-weight / all);
          sum -= logProbs[at];
          tokens++;
        }
        at++;
      }
    }
    return new SftLoss(sum, tokens, slopes);
  }
}
