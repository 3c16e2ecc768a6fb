package dev.hone.alignment.ppo;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A step's responses and what is known of them before the first update; every list has a row for
 * each response, with a number for each of its tokens.
 *
 * @param scores as the grader gave them
 * @param old log-probabilities by the policy that sampled, through the forward that trains it
 * @param reference log-probabilities by the reference
 * @param entropies of the policy, in nats
 * @param values of the states before the tokens; empty where there is no value network
 */
record Rollout(
    List<Response> responses,
    double[] scores,
    List<double[]> old,
    List<double[]> reference,
    List<double[]> entropies,
    List<double[]> values) {
  /** To be filled by {@link #set}. */
  static Rollout blank(List<Response> responses, double[] scores, boolean hasValues) {
    int count = responses.size();
    return new Rollout(
        responses, scores, rows(count), rows(count), rows(count), rows(hasValues ? count : 0));
  }

  private static List<double[]> rows(int count) {
    return new ArrayList<>(Collections.nCopies(count, new double[0]));
  }

  /** Sets the rows of a micro-batch's responses, from where its numbers begin. */
  static void set(List<double[]> rows, MicroBatch part, float[] ofTokens, int from) {
    var cut = part.cut(ofTokens, from);
    for (int i = 0; i < cut.size(); i++) {
      rows.set(part.responses()[i], cut.get(i));
    }
  }
}
