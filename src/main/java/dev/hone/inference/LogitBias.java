package dev.hone.inference;

import java.util.Map;
import java.util.Set;

/**
 * What is done to a row of logits before a token is drawn from it, by the tokens that the answer
 * has so far and those of the prompt. In this order: repetition, frequency and presence, bias by
 * token, the end of the turn.
 *
 * @param frequencyPenalty taken off a token's logit for each time that the answer has it, in [-2,
 *     2], as OpenAI's
 * @param presencePenalty taken off once if the answer has it, in [-2, 2]
 * @param repetitionPenalty divides a positive logit and multiplies a negative one, of tokens that
 *     prompt or answer have (Keskar et al. 2019, CTRL); 1 changes nothing
 * @param byToken added to the logits of these tokens; -100 and below, as OpenAI's, leaves none
 * @param minTokens that many tokens are drawn before one that ends the turn may be
 * @param ignoreEnd whether a token that ends the turn is one like any other
 */
public record LogitBias(
    double frequencyPenalty,
    double presencePenalty,
    double repetitionPenalty,
    Map<Integer, Double> byToken,
    int minTokens,
    boolean ignoreEnd) {
  public static final LogitBias NONE = new LogitBias(0, 0, 1, Map.of(), 0, false);

  private static final double BANNED = -100;

  public LogitBias {
    requireWithin("frequency_penalty", frequencyPenalty, -2, 2);
    requireWithin("presence_penalty", presencePenalty, -2, 2);
    if (!(repetitionPenalty > 0 && repetitionPenalty < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "repetition_penalty must be above 0, was " + repetitionPenalty);
    }
    byToken.values().forEach(bias -> requireWithin("logit_bias", bias, -100, 100));
    if (minTokens < 0) {
      throw new IllegalArgumentException("min_tokens must be 0 or more, was " + minTokens);
    }
    byToken = Map.copyOf(byToken);
  }

  private static void requireWithin(String name, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw new IllegalArgumentException(
          "%s must be between %s and %s, was %s".formatted(name, least, most, value));
    }
  }

  /** Whether the logits stay as they are, after so many tokens. */
  boolean changesNothing(int answered) {
    return frequencyPenalty == 0
        && presencePenalty == 0
        && repetitionPenalty == 1
        && byToken.isEmpty()
        && answered >= minTokens;
  }

  /**
   * Changes one row.
   *
   * @param logits [vocabulary], of one row, changed in place
   * @param said tokens of prompt and answer, looked at for repetition alone
   * @param counts how often the answer has each token that it has
   * @param answered number of the answer's tokens
   * @param endTokens those that end a turn
   */
  void apply(
      float[] logits,
      Set<Integer> said,
      Map<Integer, Integer> counts,
      int answered,
      int[] endTokens) {
    if (repetitionPenalty != 1) {
      repeated(logits, said);
    }
    counts.forEach(
        (token, count) -> logits[token] -= (float) (frequencyPenalty * count + presencePenalty));
    byToken.forEach(
        (token, bias) ->
            logits[token] =
                bias <= BANNED ? Float.NEGATIVE_INFINITY : (float) (logits[token] + bias));
    if (answered < minTokens) {
      for (int end : endTokens) {
        logits[end] = Float.NEGATIVE_INFINITY;
      }
    }
  }

  /** Each token once, however often it was said. */
  private void repeated(float[] logits, Set<Integer> said) {
    for (int token : said) {
      double logit = logits[token];
      logits[token] = (float) (logit > 0 ? logit / repetitionPenalty : logit * repetitionPenalty);
    }
  }
}
