package dev.hone.evaluation;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Percentile intervals of numbers over paired items, by drawing the items anew with replacement
 * (Efron 1979): what both versions did on one prompt stays together, so that what the prompts
 * differ by cancels out. The same items give the same interval.
 */
final class Bootstrap {
  private static final int DRAWS = 2000;
  private static final long SEED = 20;

  private Bootstrap() {}

  /** A number of two columns' sums over the items drawn. */
  @FunctionalInterface
  interface Statistic {
    double of(double sumOfFirst, double sumOfSecond);
  }

  /**
   * @param first one number per item, at least one
   * @param second likewise
   */
  static Interval interval(double[] first, double[] second, Statistic statistic) {
    var random = new SplittableRandom(SEED);
    int n = first.length;
    double[] values =
        IntStream.range(0, DRAWS)
            .mapToDouble(
                _ -> {
                  double a = 0;
                  double b = 0;
                  for (int i = 0; i < n; i++) {
                    int item = random.nextInt(n);
                    a += first[item];
                    b += second[item];
                  }
                  return statistic.of(a, b);
                })
            .toArray();
    Arrays.sort(values);
    return new Interval(values[DRAWS / 40], values[DRAWS - 1 - DRAWS / 40]);
  }
}
