package dev.hone.inference;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * A row of logits as far as a draw needs it: the likeliest tokens, likeliest first, and what all of
 * them sum up to.
 *
 * @param tokens [listed], by shaped logit; of equal ones the smaller id first
 * @param shaped [listed], as {@link Shaping} leaves them, before the temperature
 * @param raw [listed], the network's own
 * @param ranked the likeliest by the network's own logits; the same where nothing was changed
 * @param rawLogSum log of the sum of exp(logit) over the network's own row
 * @param shapedLogSum the same over the shaped row, each logit divided by the temperature
 * @param complete whether every token is listed
 * @param whole the same with every token listed
 */
public record Candidates(
    int[] tokens,
    float[] shaped,
    float[] raw,
    Ranked ranked,
    double rawLogSum,
    double shapedLogSum,
    boolean complete,
    Supplier<Candidates> whole) {
  /**
   * @param tokens [listed], likeliest first
   * @param logits [listed]
   */
  public record Ranked(int[] tokens, float[] logits) {}

  /**
   * Looks at a row in memory.
   *
   * @param row [vocabulary], as the network made it
   * @param listed tokens to list, at most; all of them is slow
   */
  public static Candidates of(float[] row, Shaping shaping, int listed) {
    float[] changed = shaping.changesNothing() ? row : shaping.applied(row);
    int[] tokens = likeliest(changed, listed);
    int[] ranked = shaping.changesNothing() ? tokens : likeliest(row, listed);
    return new Candidates(
        tokens,
        at(changed, tokens),
        at(row, tokens),
        new Ranked(ranked, at(row, ranked)),
        logSum(row, 1),
        logSum(changed, shaping.divisor()),
        tokens.length == row.length,
        () -> of(row, shaping, row.length));
  }

  /** The likeliest tokens by the network's own logits. */
  public List<TokenEvent.Alternative> alternatives(int count) {
    return IntStream.range(0, Math.min(count, ranked.tokens().length))
        .mapToObj(
            i ->
                new TokenEvent.Alternative(
                    ranked.tokens()[i], (float) (ranked.logits()[i] - rawLogSum)))
        .toList();
  }

  private static float[] at(float[] row, int[] tokens) {
    float[] values = new float[tokens.length];
    for (int i = 0; i < tokens.length; i++) {
      values[i] = row[tokens[i]];
    }
    return values;
  }

  /** Sorts numbers that order like (-logit, token). */
  private static int[] likeliest(float[] row, int listed) {
    long[] keys =
        IntStream.range(0, row.length)
            .mapToLong(token -> key(row[token], token))
            .sorted()
            .toArray();
    return Arrays.stream(keys).limit(listed).mapToInt(key -> (int) key).toArray();
  }

  /** NaN comes first, so that it is seen. */
  private static long key(float logit, int token) {
    int bits = Float.floatToIntBits(logit + 0f); // not -0
    int ascending = bits >= 0 ? bits : bits ^ Integer.MAX_VALUE;
    return ((long) ~ascending << 32) | token;
  }

  private static double logSum(float[] row, double divisor) {
    float max = Float.NEGATIVE_INFINITY;
    for (float logit : row) {
      max = Math.max(max, logit);
    }
    double sum = 0;
    for (float logit : row) {
      sum += Math.exp((logit - max) / divisor);
    }
    return max / divisor + Math.log(sum);
  }
}
