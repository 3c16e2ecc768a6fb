package dev.hone.inference;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

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

  /**
   * @throws IllegalArgumentException when a biased token is none of the vocabulary's
   */
  void checkTokens(int vocabulary) {
    for (int token : byToken.keySet()) {
      if (token < 0 || token >= vocabulary) {
        throw new IllegalArgumentException(
            "logit_bias names token %d of %d".formatted(token, vocabulary));
      }
    }
  }

  /**
   * What is to be done now.
   *
   * @param said tokens of prompt and answer, looked at for repetition alone
   * @param counts how often the answer has each token that it has
   * @param answered number of the answer's tokens
   * @param endTokens those that end a turn
   */
  Shaping.Edits edits(
      Set<Integer> said, Map<Integer, Integer> counts, int answered, int[] endTokens) {
    var ends = answered < minTokens ? endTokens : new int[0];
    var touched = new TreeSet<>(byToken.keySet());
    if (repetitionPenalty != 1) {
      touched.addAll(said);
    }
    if (frequencyPenalty != 0 || presencePenalty != 0) {
      touched.addAll(counts.keySet());
    }
    Arrays.stream(ends).forEach(touched::add);
    if (touched.isEmpty()) {
      return Shaping.Edits.NONE;
    }
    int[] tokens = touched.stream().mapToInt(token -> token).toArray();
    float[] divisors = new float[tokens.length];
    float[] addends = new float[tokens.length];
    for (int i = 0; i < tokens.length; i++) {
      int token = tokens[i];
      boolean ended = Arrays.stream(ends).anyMatch(end -> end == token);
      divisors[i] = said.contains(token) ? (float) repetitionPenalty : 1;
      addends[i] = ended ? Float.NEGATIVE_INFINITY : addend(token, counts.getOrDefault(token, 0));
    }
    return new Shaping.Edits(tokens, divisors, addends);
  }

  private float addend(int token, int count) {
    double bias = byToken.getOrDefault(token, 0.0);
    if (bias <= BANNED) {
      return Float.NEGATIVE_INFINITY;
    }
    return (float) (bias - frequencyPenalty * count - (count > 0 ? presencePenalty : 0));
  }
}
