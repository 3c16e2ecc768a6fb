package dev.hone.alignment.ppo;

import dev.hone.alignment.Figures;
import dev.hone.alignment.verify.VerifiableTask;
import dev.hone.model.Tokenizer;
import java.util.List;

/**
 * Grades by what a program can tell of an answer.
 *
 * @param tasks of the training's prompts, in their order
 */
public record TaskGrader(List<VerifiableTask> tasks, Tokenizer tokenizer) implements Grader {
  @Override
  public double[] grade(List<Response> responses, Figures figures) {
    return responses.stream().mapToDouble(this::reward).toArray();
  }

  private double reward(Response response) {
    return tasks.get(response.prompt()).reward(tokenizer.decode(response.draw().said()));
  }

  @Override
  public boolean verifies() {
    return true;
  }

  @Override
  public void close() {}
}
