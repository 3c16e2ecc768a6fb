package dev.hone.evaluation;

import java.util.Arrays;

/** Where a measured number lies with 95% confidence. */
public record Interval(double low, double high) {
  /** The 97.5% quantile of the normal distribution. */
  private static final double Z = 1.959963984540054;

  /**
   * The score interval of a share (Wilson 1927). A tie enters as half a success. Halves vary less
   * than successes and failures do, so with ties the interval is a little wider than it need be.
   *
   * @param successes from 0 to {@code count}
   * @param count at least 1
   */
  public static Interval wilson(double successes, int count) {
    double share = successes / count;
    double spread = Z * Z / count;
    double centre = (share + spread / 2) / (1 + spread);
    double half = Z / (1 + spread) * Math.sqrt(share * (1 - share) / count + spread / (4 * count));
    // The ends are exact, but for rounding.
    return new Interval(successes == 0 ? 0 : centre - half, successes == count ? 1 : centre + half);
  }

  /**
   * The jackknife's interval of a number over items (Tukey 1958), normal around its value. On
   * average its variance is not too small (Efron and Stein 1981).
   *
   * @param leftOut the number with each of the items left out
   */
  static Interval jackknife(double value, double[] leftOut) {
    int n = leftOut.length;
    double mean = Arrays.stream(leftOut).sum() / n;
    double squares = Arrays.stream(leftOut).map(one -> (one - mean) * (one - mean)).sum();
    double half = Z * Math.sqrt((n - 1.0) / n * squares);
    return new Interval(value - half, value + half);
  }
}
