package dev.hone.alignment.ppo;

/**
 * Mean and variance of numbers seen so far (Welford 1962), and of two such sets together (Chan et
 * al. 1979). A state of the training.
 *
 * @param squares sum of squared deviations from the mean
 */
public record RunningMoments(long count, double mean, double squares) {
  public static final RunningMoments NONE = new RunningMoments(0, 0, 0);

  /** Against a division by 0 where all numbers are the same. */
  private static final double EPSILON = 1e-8;

  RunningMoments with(double value) {
    double delta = value - mean;
    double moved = mean + delta / (count + 1);
    return new RunningMoments(count + 1, moved, squares + delta * (value - moved));
  }

  RunningMoments with(double... values) {
    var moments = this;
    for (double value : values) {
      moments = moments.with(value);
    }
    return moments;
  }

  RunningMoments merged(RunningMoments other) {
    if (count == 0 || other.count == 0) {
      return count == 0 ? other : this;
    }
    long both = count + other.count;
    double delta = other.mean - mean;
    return new RunningMoments(
        both,
        mean + delta * other.count / both,
        squares + other.squares + delta * delta * count * other.count / both);
  }

  /** Of what the numbers are a sample of (unbiased); 0 where there are fewer than two. */
  double variance() {
    return count < 2 ? 0 : squares / (count - 1);
  }

  /** By how many standard deviations a value is above 0. */
  double scaled(double value) {
    return value / Math.sqrt(variance() + EPSILON);
  }

  /** By how many standard deviations a value is above the mean. */
  double standardised(double value) {
    return scaled(value - mean);
  }
}
