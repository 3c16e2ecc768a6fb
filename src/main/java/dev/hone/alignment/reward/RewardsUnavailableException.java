package dev.hone.alignment.reward;

/**
 * The reward model that the settings name is not there, or not as it was trained. The message is
 * for who asked for rewards, and says which setting is at fault.
 */
public final class RewardsUnavailableException extends RuntimeException {
  RewardsUnavailableException(RuntimeException why) {
    super(
        "the reward model of hone.rewards.model cannot be used: "
            + why.getMessage().replaceFirst("\\.$", ""),
        why);
  }
}
