package dev.hone.inference;

import java.util.Optional;

/**
 * What a row of logits goes through before a token is drawn from it: edits of single tokens, then
 * the tokens that are not allowed go, then the temperature. The row as the network made it stays
 * known for its log-probabilities.
 *
 * @param temperature divides the logits; 0 means greedy
 * @param allowed tokens that may be drawn; empty means all
 */
public record Shaping(double temperature, Edits edits, Optional<TokenSet> allowed) {
  /** Only a temperature. */
  public static Shaping plain(double temperature) {
    return new Shaping(temperature, Edits.NONE, Optional.empty());
  }

  /** Whether the order of the tokens is the network's own. */
  public boolean changesNothing() {
    return edits.tokens().length == 0 && allowed.isEmpty();
  }

  /**
   * A logit is first divided by its divisor if positive, and multiplied by it otherwise; then its
   * addend is added.
   *
   * @param tokens each at most once, [edits]
   * @param divisors [edits], above 0
   * @param addends [edits]; minus infinity leaves the token out
   */
  public record Edits(int[] tokens, float[] divisors, float[] addends) {
    public static final Edits NONE = new Edits(new int[0], new float[0], new float[0]);
  }

  /** What divides the logits; one where greedy, since the order is all that counts then. */
  public double divisor() {
    return temperature == 0 ? 1 : temperature;
  }

  /**
   * A shaped copy, but for the temperature.
   *
   * @param raw [vocabulary]
   */
  public float[] applied(float[] raw) {
    float[] row = raw.clone();
    for (int i = 0; i < edits.tokens().length; i++) {
      int token = edits.tokens()[i];
      float divisor = edits.divisors()[i];
      row[token] =
          (row[token] > 0 ? row[token] / divisor : row[token] * divisor) + edits.addends()[i];
    }
    allowed.ifPresent(set -> set.mask(row));
    return row;
  }
}
