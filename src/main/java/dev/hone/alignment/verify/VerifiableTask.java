package dev.hone.alignment.verify;

import dev.hone.model.Message;
import java.util.List;

/**
 * A prompt, and what a program can tell of an answer to it.
 *
 * @param prompt a conversation that an answer follows
 * @param checks at least one
 */
public record VerifiableTask(List<Message> prompt, List<AnswerCheck> checks) {
  public VerifiableTask {
    prompt = List.copyOf(prompt);
    checks = List.copyOf(checks);
    if (prompt.isEmpty() || checks.isEmpty()) {
      throw new IllegalArgumentException("a prompt and at least one check are wanted");
    }
  }

  /** A question without a history. */
  public static VerifiableTask of(String question, List<AnswerCheck> checks) {
    return new VerifiableTask(List.of(new Message("user", question)), checks);
  }

  /** Mean over the checks, in [0, 1]; nothing for an answer that says nothing. */
  public double reward(String answer) {
    if (answer.isBlank()) {
      return 0;
    }
    return checks.stream().mapToDouble(check -> check.reward(answer)).average().orElseThrow();
  }

  /** Whether every check holds wholly. */
  public boolean solved(String answer) {
    return reward(answer) == 1;
  }
}
