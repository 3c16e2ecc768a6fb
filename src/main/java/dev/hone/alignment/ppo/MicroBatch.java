package dev.hone.alignment.ppo;

import dev.hone.model.AnswerBatch;
import java.util.ArrayList;
import java.util.List;

/**
 * Responses that go through the network at once, and how.
 *
 * @param responses their indices, in the order of what comes out
 */
record MicroBatch(int[] responses, AnswerBatch answers) {
  /** Cuts what comes out of the network response by response. */
  List<double[]> cut(float[] ofTokens, int from) {
    var parts = new ArrayList<double[]>();
    int at = from;
    for (int length : answers.answerLengths()) {
      double[] part = new double[length];
      for (int t = 0; t < length; t++) {
        part[t] = ofTokens[at++];
      }
      parts.add(part);
    }
    return parts;
  }

  int tokens() {
    return answers.targets().length;
  }
}
