package dev.hone.inference.load;

import java.util.Arrays;

/** Percentiles by nearest rank: always a value that was measured, never one between two. */
final class Percentile {
  private Percentile() {}

  /**
   * @param share in (0, 1]: 0.5 is the median
   */
  static double of(double[] values, double share) {
    if (values.length == 0) {
      throw new IllegalArgumentException("nothing was measured");
    }
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException("share must be in (0, 1], was " + share);
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(int) Math.ceil(share * sorted.length) - 1];
  }
}
