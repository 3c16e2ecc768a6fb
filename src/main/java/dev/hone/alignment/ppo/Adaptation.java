package dev.hone.alignment.ppo;

/**
 * What one step hands to the next besides the weights.
 *
 * @param controller of the KL penalty
 * @param scores all so far
 */
record Adaptation(KlController controller, RunningMoments scores) {
  static Adaptation start(RewardSettings settings) {
    return new Adaptation(settings.controller(), RunningMoments.NONE);
  }
}
