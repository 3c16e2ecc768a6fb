package dev.hone.alignment.ppo;

import ai.djl.ndarray.NDManager;
import dev.hone.model.Network;

/** Opens who grades, once the policy's base is in memory: it may be the grader's too. */
@FunctionalInterface
public interface Graders {
  /**
   * @param manager outlives the grader, and so does the base
   */
  Grader open(NDManager manager, Network base);
}
