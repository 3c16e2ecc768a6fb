package dev.hone.alignment.ppo;

import dev.hone.alignment.SettingsReader;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** A way to learn from what the policy sampled and how that was rewarded. */
public enum PolicyGradient {
  /** With a value network that says what was expected (Ouyang et al. 2022). */
  PPO,
  /** A response beside the others to its prompt, KL in the loss (Shao et al. 2024). */
  GRPO,
  /** A response beside the others to its prompt, each one action (Ahmadian et al. 2024). */
  RLOO;

  private static final Set<String> OF_VALUES =
      Set.of(
          "advantage",
          "valueTarget",
          "gamma",
          "lambda",
          "whitenRewards",
          "valueClip",
          "valueCoefficient");

  /** Settings whose defaults are other than {@link PpoSettings}' parts have them. */
  Map<String, String> defaults() {
    return switch (this) {
      case PPO -> Map.of("learningRate", "1e-4", "epochs", "2");
      case GRPO ->
          Map.of(
              "learningRate", "1e-4",
              "groupSize", "8",
              "klCoefficient", "0",
              "klLossCoefficient", "0.04",
              "normaliseScores", "false",
              "scoreClip", "0",
              "whitenAdvantages", "false",
              "aggregation", "response_mean");
      case RLOO ->
          Map.of(
              "learningRate", "1e-4",
              "groupSize", "4",
              "normaliseScores", "false",
              "scoreClip", "0",
              "whitenAdvantages", "false",
              "surrogate", "reinforce",
              "aggregation", "response_sum",
              "batchResponses", "32");
    };
  }

  /** Settings that change nothing here, each with the reason. */
  public Map<String, String> idle() {
    Map<String, String> idle = new TreeMap<>();
    if (!hasValues()) {
      for (String setting : OF_VALUES) {
        idle.put(setting, "is for a value network, of which there is none");
      }
    }
    if (this != GRPO) {
      idle.put("scaleByGroup", "is for the advantages of grpo");
    }
    return idle;
  }

  public String label() {
    return SettingsReader.label(this);
  }

  /** Whether what is expected comes from a value network, and not from the other responses. */
  public boolean hasValues() {
    return this == PPO;
  }
}
