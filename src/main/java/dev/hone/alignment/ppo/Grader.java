package dev.hone.alignment.ppo;

import dev.hone.alignment.Figures;
import java.util.List;

/** Says what responses are worth: a reward model, or something that can be verified. */
public interface Grader extends AutoCloseable {
  /**
   * @param figures get what there is to know of the grading besides
   * @return a score each, in their order; finite
   */
  double[] grade(List<Response> responses, Figures figures);

  /** Whether 1 is the best score that there is, and says that a task is solved. */
  default boolean verifies() {
    return false;
  }

  @Override
  void close();
}
