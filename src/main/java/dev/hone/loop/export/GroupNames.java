package dev.hone.loop.export;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What TRL's GRPO and RLOO trainers call the figures that Hone tells by the names of TRL's PPO in
 * all three (docs/algorithms/ppo.md): files have them under both, so that they stand in one chart
 * with TRL's.
 */
final class GroupNames {
  /** What only trainings by groups of answers have. */
  private static final String OF_GROUPS = "frac_reward_zero_std";

  /** From here to there. */
  private static final Map<String, String> NAMES =
      Map.of(
          "objective/scores", "reward",
          "objective/scores_std", "reward_std",
          "policy/entropy_avg", "entropy",
          "policy/clipfrac_avg", "clip_ratio/region_mean",
          "sampling/gap", "sampling/sampling_logp_difference/mean");

  private GroupNames() {}

  /** The metrics of a step, in their order, with these names behind them where it has groups. */
  static Map<String, Double> with(Map<String, Double> metrics) {
    Map<String, Double> both = new LinkedHashMap<>(metrics);
    if (metrics.containsKey(OF_GROUPS)) {
      metrics.forEach(
          (name, value) -> {
            if (NAMES.containsKey(name)) {
              both.put(NAMES.get(name), value);
            }
          });
      kl(metrics).ifPresent(value -> both.put("kl", value));
    }
    return both;
  }

  /** In nats a token: of the divergence in the loss, else of what it costs answers. */
  private static Optional<Double> kl(Map<String, Double> metrics) {
    if (metrics.containsKey("loss/kl_avg")) {
      return Optional.of(metrics.get("loss/kl_avg"));
    }
    // Both are means over answers, so this is the mean over tokens.
    return Optional.ofNullable(metrics.get("objective/kl"))
        .map(ofAnswers -> ofAnswers / metrics.get("completions/mean_length"));
  }
}
