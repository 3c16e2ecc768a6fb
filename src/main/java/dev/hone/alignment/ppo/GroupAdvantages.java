package dev.hone.alignment.ppo;

import java.util.stream.DoubleStream;

/**
 * How much better than the others to its prompt each response was: advantages without a value
 * network. A response's is that of each of its tokens.
 */
final class GroupAdvantages {
  /** As in TRL; a group in which all earn the same gets advantages of 0. */
  private static final double EPSILON = 1e-4;

  private GroupAdvantages() {}

  /**
   * GRPO (Shao et al. 2024, section 4.1.2).
   *
   * @param rewards one a response, all to one prompt
   * @param scaled by the group's deviation; false as in Dr. GRPO (Liu et al. 2025), as it makes
   *     prompts count for more on which the responses hardly differ
   */
  static double[] grpo(double[] rewards, boolean scaled) {
    var moments = group(rewards);
    double scale = scaled ? Math.sqrt(moments.variance()) + EPSILON : 1;
    return DoubleStream.of(rewards).map(reward -> (reward - moments.mean()) / scale).toArray();
  }

  /** RLOO (Ahmadian et al. 2024): less the mean of the others, which is unbiased. */
  static double[] rloo(double[] rewards) {
    double sum = group(rewards).mean() * rewards.length;
    return DoubleStream.of(rewards)
        .map(reward -> reward - (sum - reward) / (rewards.length - 1))
        .toArray();
  }

  private static RunningMoments group(double[] rewards) {
    if (rewards.length < 2) {
      throw new IllegalArgumentException("a group has 2 responses or more, not " + rewards.length);
    }
    return RunningMoments.NONE.with(rewards);
  }
}
