package dev.hone.loop.export;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What TRL calls the figures that have one name in all of Hone's trainings, and in TRL's differ:
 * those of GRPO and RLOO, told by the names of its PPO (docs/algorithms/ppo.md), and DPO's accuracy
 * on held-out pairs, told as a reward model's. Files have them under both, so that they stand in
 * one chart with TRL's.
 */
final class TrlNames {
  /** What only DPO has. */
  private static final String OF_PAIRS = "rewards/accuracies";

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

  private TrlNames() {}

  /** The metrics of a step, in their order, with these names behind them where TRL has others. */
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
    if (metrics.containsKey(OF_PAIRS) && metrics.containsKey("eval/accuracy")) {
      both.put("eval/" + OF_PAIRS, metrics.get("eval/accuracy"));
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
