package dev.hone.alignment.ppo;

import java.util.Map;

/** A way to learn from what the policy sampled and how that was rewarded. */
public enum PolicyGradient {
  /** With a value network that says what was expected (Ouyang et al. 2022). */
  PPO(Map.of("epochs", "2")),
  /** A response beside the others to its prompt, KL in the loss (Shao et al. 2024). */
  GRPO(
      Map.of(
          "groupSize", "8",
          "klCoefficient", "0",
          "klLossCoefficient", "0.04",
          "normaliseScores", "false",
          "scoreClip", "0",
          "whitenAdvantages", "false",
          "aggregation", "response_mean")),
  /** A response beside the others to its prompt, each one action (Ahmadian et al. 2024). */
  RLOO(
      Map.of(
          "groupSize", "4",
          "normaliseScores", "false",
          "scoreClip", "0",
          "whitenAdvantages", "false",
          "surrogate", "reinforce",
          "aggregation", "response_sum",
          "batchResponses", "32"));

  private final Map<String, String> defaults;

  PolicyGradient(Map<String, String> defaults) {
    this.defaults = defaults;
  }

  /** Settings that are other than those of most. */
  Map<String, String> defaults() {
    return defaults;
  }

  /** Whether what is expected comes from a value network, and not from the other responses. */
  public boolean hasValues() {
    return this == PPO;
  }
}
