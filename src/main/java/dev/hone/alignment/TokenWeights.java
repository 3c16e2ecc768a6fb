package dev.hone.alignment;

import java.util.List;

/**
 * How log-probabilities of a micro-batch's answers are added up to one score each, and how the
 * scores' derivatives become the tokens'.
 *
 * @param ofAnswers weights of each answer's tokens, answer by answer
 */
public record TokenWeights(List<double[]> ofAnswers) {
  /**
   * @param logProbs of all tokens, answer by answer
   * @return one score an answer
   */
  public double[] scores(float[] logProbs) {
    double[] scores = new double[ofAnswers.size()];
    int at = 0;
    for (int i = 0; i < scores.length; i++) {
      for (double weight : ofAnswers.get(i)) {
        scores[i] += weight * logProbs[at++];
      }
    }
    return scores;
  }

  /**
   * @param slopes derivatives of a loss by the scores
   * @return its derivatives by the tokens' log-probabilities
   */
  public float[] spread(double[] slopes) {
    float[] spread = new float[ofAnswers.stream().mapToInt(weights -> weights.length).sum()];
    int at = 0;
    for (int i = 0; i < slopes.length; i++) {
      for (double weight : ofAnswers.get(i)) {
        spread[at++] = (float) (slopes[i] * weight);
      }
    }
    return spread;
  }
}
