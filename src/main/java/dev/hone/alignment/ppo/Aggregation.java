package dev.hone.alignment.ppo;

import java.util.Arrays;

/** How the losses of a minibatch's tokens become one. */
public enum Aggregation {
  /** Mean over all tokens (PPO). */
  TOKEN_MEAN,
  /**
   * Mean over responses of the mean over a response's tokens (GRPO). A long response's tokens count
   * for less, which is kind to long bad ones.
   */
  RESPONSE_MEAN,
  /** Sum over a response's tokens by the most it may have, mean over responses (Dr. GRPO). */
  MAX_TOKENS,
  /** Mean over responses of the sum over a response's tokens: a response is one action (RLOO). */
  RESPONSE_SUM;

  /**
   * What a token's loss counts, response by response. The loss is then a plain weighted sum, and a
   * minibatch may go through the network in parts.
   *
   * @param lengths of all responses of the minibatch, in tokens
   * @param maxTokens of a response
   */
  double[] weights(int[] lengths, int maxTokens) {
    double tokens = Arrays.stream(lengths).sum();
    return Arrays.stream(lengths)
        .mapToDouble(
            length ->
                switch (this) {
                  case TOKEN_MEAN -> 1 / tokens;
                  case RESPONSE_MEAN -> 1.0 / lengths.length / length;
                  case MAX_TOKENS -> 1.0 / lengths.length / maxTokens;
                  case RESPONSE_SUM -> 1.0 / lengths.length;
                })
        .toArray();
  }
}
