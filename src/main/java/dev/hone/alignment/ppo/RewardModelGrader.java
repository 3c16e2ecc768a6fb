package dev.hone.alignment.ppo;

import dev.hone.alignment.RewardScorer;
import dev.hone.model.AnswerBatch.Branches;
import java.util.List;

/**
 * Grades by a reward model.
 *
 * @param scorer closed with this
 * @param asked a response with its prompt, in the reward model's own tokens
 */
public record RewardModelGrader(RewardScorer scorer, Asked asked) implements Grader {
  /** How the reward model reads a response. */
  @FunctionalInterface
  public interface Asked {
    Branches of(Response response);
  }

  @Override
  public double[] grade(List<Response> responses) {
    return scorer.score(responses.stream().map(asked::of).toList());
  }

  @Override
  public void close() {
    scorer.close();
  }
}
