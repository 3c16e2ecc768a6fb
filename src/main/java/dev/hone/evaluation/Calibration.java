package dev.hone.evaluation;

import static dev.hone.evaluation.PreferenceTally.right;

import dev.hone.alignment.Logistic;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Whether a judge is as sure as it is right. By the model of Bradley and Terry it finds the chosen
 * answer better with probability p = sigmoid(margin); its confidence is max(p, 1 - p), from 0.5 to
 * 1, and it is right where p is above a half, half right at a half.
 *
 * @param error expected calibration error: sum over bins of n_b / n |accuracy_b - confidence_b|
 *     (Naeini et al. 2015)
 * @param brier mean of (1 - p)^2; 0.25 for a judge that never knows (Brier 1950)
 * @param logLoss mean of -log p in nats, which training makes small; ln 2 for such a judge
 * @param bins of confidence, ten of the same width
 */
public record Calibration(double error, double brier, double logLoss, List<Bin> bins) {
  private static final int BINS = 10;

  /**
   * Pairs of like confidence.
   *
   * @param from lower bound of the confidence; the upper one, {@code to}, is out of the bin unless
   *     it is 1
   * @param confidence their mean; null without pairs
   * @param accuracy share of them that the judge is right about, likewise
   */
  public record Bin(double from, double to, int pairs, Double confidence, Double accuracy) {
    private double error() {
      return pairs == 0 ? 0 : pairs * Math.abs(accuracy - confidence);
    }
  }

  /**
   * @param margins by how much the judge finds each pair's chosen answer better; at least one
   */
  static Calibration of(double[] margins) {
    var bins = bins(margins);
    return new Calibration(
        bins.stream().mapToDouble(Bin::error).sum() / margins.length,
        Arrays.stream(margins).map(m -> square(Logistic.sigmoid(-m))).average().orElseThrow(),
        Arrays.stream(margins).map(m -> Logistic.loss(m, 0)).average().orElseThrow(),
        bins);
  }

  private static List<Bin> bins(double[] margins) {
    int[] pairs = new int[BINS];
    double[] confidences = new double[BINS];
    double[] rights = new double[BINS];
    for (double margin : margins) {
      double confidence = Logistic.sigmoid(Math.abs(margin));
      int bin = Math.min(BINS - 1, (int) ((confidence - 0.5) * 2 * BINS));
      pairs[bin]++;
      confidences[bin] += confidence;
      rights[bin] += right(margin, 0);
    }
    var bins = new ArrayList<Bin>();
    for (int i = 0; i < BINS; i++) {
      bins.add(
          new Bin(
              bound(i),
              bound(i + 1),
              pairs[i],
              mean(confidences[i], pairs[i]),
              mean(rights[i], pairs[i])));
    }
    return List.copyOf(bins);
  }

  private static Double mean(double sum, int count) {
    return count == 0 ? null : sum / count;
  }

  private static double bound(int bin) {
    return (BINS + bin) / (2.0 * BINS);
  }

  private static double square(double x) {
    return x * x;
  }
}
