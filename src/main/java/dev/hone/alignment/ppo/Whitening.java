package dev.hone.alignment.ppo;

import java.util.List;
import java.util.stream.DoubleStream;

/** Brings the numbers of all tokens of a batch to variance 1, and to mean 0 if wanted. */
final class Whitening {
  private Whitening() {}

  /**
   * @param responses an array for each response, with a number for each token
   * @param shiftMean false to keep the mean as it is: of rewards it says what is good at all, of
   *     advantages it is noise
   */
  static List<double[]> of(List<double[]> responses, boolean shiftMean) {
    var moments = RunningMoments.NONE;
    for (double[] response : responses) {
      moments = moments.with(response);
    }
    var seen = moments;
    double kept = shiftMean ? 0 : seen.mean();
    return responses.stream()
        .map(response -> DoubleStream.of(response).map(x -> seen.standardised(x) + kept).toArray())
        .toList();
  }
}
