package dev.hone.alignment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A prompt and the answers to it, within a limit. What is too long is cut: answers behind, where
 * they and the prompt's last half of the limit (or all of it, if it is shorter) no longer fit, and
 * then without an end of turn, since they do not end there; the prompt in front, so that it and the
 * longest answer fit.
 *
 * @param promptCut whether the prompt lost its beginning
 * @param answersCut how many answers lost their end
 */
record Fitted(int[] prompt, List<int[]> answers, boolean promptCut, int answersCut) {
  /**
   * @param maxTokens of the prompt and one answer together
   */
  static Fitted of(int maxTokens, int[] prompt, int[]... answers) {
    int most = maxTokens - Math.min(prompt.length, maxTokens / 2);
    var kept = new ArrayList<int[]>();
    int longest = 0;
    int cut = 0;
    for (int[] answer : answers) {
      int length = Math.min(answer.length, most);
      kept.add(Arrays.copyOf(answer, length));
      longest = Math.max(longest, length);
      cut += length < answer.length ? 1 : 0;
    }
    int from = Math.max(0, prompt.length - (maxTokens - longest));
    return new Fitted(Arrays.copyOfRange(prompt, from, prompt.length), kept, from > 0, cut);
  }
}
