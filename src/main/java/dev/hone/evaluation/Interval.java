package dev.hone.evaluation;

import java.util.function.DoubleUnaryOperator;

/** Where a measured number lies with 95% confidence. */
public record Interval(double low, double high) {
  /** The 97.5% quantile of the normal distribution. */
  private static final double Z = 1.959963984540054;

  /**
   * Wilson's score interval of a share (Wilson 1927). Ties enter as half a success each; since a
   * half varies less than a success or a failure, the interval is then a little too wide, never too
   * narrow.
   *
   * @param successes from 0 to {@code count}, halves for ties
   * @param count at least 1
   */
  public static Interval wilson(double successes, int count) {
    double share = successes / count;
    double spread = Z * Z / count;
    double centre = (share + spread / 2) / (1 + spread);
    double half = Z / (1 + spread) * Math.sqrt(share * (1 - share) / count + spread / (4 * count));
    return new Interval(Math.max(0, centre - half), Math.min(1, centre + half));
  }

  /**
   * Normal interval of a mean from its sums.
   *
   * @param count at least 1; with a single value the interval is that value
   */
  static Interval ofMean(double sum, double sumOfSquares, int count) {
    double mean = sum / count;
    double variance =
        count == 1 ? 0 : Math.max(0, (sumOfSquares - count * mean * mean) / (count - 1));
    double half = Z * Math.sqrt(variance / count);
    return new Interval(mean - half, mean + half);
  }

  /**
   * @param increasing keeps the order of the two ends
   */
  Interval map(DoubleUnaryOperator increasing) {
    return new Interval(increasing.applyAsDouble(low), increasing.applyAsDouble(high));
  }
}
