package dev.hone.alignment.ppo;

import java.util.List;

/** Says what responses are worth: a reward model, or something that can be verified. */
public interface Grader extends AutoCloseable {
  /**
   * @return a score each, in their order; finite
   */
  double[] grade(List<Response> responses);

  /** Whether 1 is the best score that there is, and says that a task is solved. */
  default boolean verifies() {
    return false;
  }

  @Override
  void close();
}
