package dev.hone.alignment;

import dev.hone.model.AnswerBatch;
import java.util.Arrays;

/**
 * One answer to a prompt as token ids. It ends with the end-of-turn id unless it was cut.
 *
 * @param good whether it was found good, or is one to be learnt; a demonstration is
 * @param learnt of each of the answer's tokens whether it is the assistant's own; in a conversation
 *     of several turns those of others stand between
 */
public record TokenAnswer(String key, int[] prompt, int[] answer, boolean good, boolean[] learnt)
    implements TokenExample {
  public TokenAnswer {
    if (prompt.length == 0 || answer.length == 0) {
      throw new IllegalArgumentException("prompt and answer need at least one token each");
    }
    if (learnt.length != answer.length) {
      throw new IllegalArgumentException("every token of the answer is learnt or is not");
    }
  }

  /** All of whose tokens are the assistant's. */
  public static TokenAnswer of(int[] prompt, int[] answer, boolean good) {
    boolean[] all = new boolean[answer.length];
    Arrays.fill(all, true);
    return of(prompt, answer, good, all);
  }

  public static TokenAnswer of(int[] prompt, int[] answer, boolean good, boolean[] learnt) {
    int[] marks = new int[learnt.length + 1];
    marks[0] = good ? 1 : 0;
    for (int i = 0; i < learnt.length; i++) {
      marks[i + 1] = learnt[i] ? 1 : 0;
    }
    return new TokenAnswer(Digest.ofIds(prompt, answer, marks), prompt, answer, good, learnt);
  }

  /** Tokens that are the assistant's own. */
  public int learntTokens() {
    int count = 0;
    for (boolean token : learnt) {
      count += token ? 1 : 0;
    }
    return count;
  }

  @Override
  public AnswerBatch.Branches branches() {
    return new AnswerBatch.Branches(prompt, answer);
  }
}
