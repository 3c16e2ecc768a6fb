package dev.hone.alignment.sft;

import dev.hone.alignment.TokenAnswer;
import java.util.List;

/**
 * The negative log-likelihood of the tokens that are learnt (teacher forcing): over all n of a
 * step, L = -(1/n) sum of log p(token | what stands before it).
 *
 * @param sum of -log p over those of these answers, in nats
 * @param tokens how many these have
 * @param slopes derivatives of L by all that was said, 0 for tokens that are not learnt and for
 *     what is no log-probability
 */
public record SftLoss(double sum, int tokens, float[] slopes) {
  /**
   * @param said log-probabilities of all the answers' tokens, answer by answer, then what else is
   *     told of them
   * @param all tokens of the step that are learnt
   * @param weight of L among what else is made small
   */
  public static SftLoss of(List<TokenAnswer> answers, float[] said, int all, double weight) {
    float[] slopes = new float[said.length];
    double sum = 0;
    int tokens = 0;
    int at = 0;
    for (TokenAnswer answer : answers) {
      for (boolean learnt : answer.learnt()) {
        if (learnt) {
          slopes[at] = (float) (-weight / all);
          sum -= said[at];
          tokens++;
        }
        at++;
      }
    }
    return new SftLoss(sum, tokens, slopes);
  }
}
