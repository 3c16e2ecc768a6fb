package dev.hone.alignment.ppo;

import static dev.hone.alignment.SettingsReader.require;

import dev.hone.alignment.SettingsReader;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a response earns.
 *
 * @param klCoefficient of the divergence in the reward; the first one if it adapts
 * @param klTarget in nats a response, to which the coefficient adapts; 0 for a fixed one
 * @param klHorizon samples over which it adapts
 * @param whitenRewards of PPO: to variance 1, their mean kept
 */
public record RewardSettings(
    KlEstimator klEstimator,
    double klCoefficient,
    double klTarget,
    int klHorizon,
    ScoreShape scores,
    boolean whitenRewards) {
  private static final int KL_HORIZON = 10_000;

  public RewardSettings {
    require(klCoefficient >= 0 && klCoefficient <= 10, "klCoefficient", "from 0 to 10");
    require(klTarget >= 0 && klTarget <= 10_000, "klTarget", "from 0 to 10000");
    require(klTarget == 0 || klCoefficient > 0, "klCoefficient", "above 0 if it adapts");
    require(klHorizon >= 1, "klHorizon", "at least 1");
    require(
        klTarget > 0 || klHorizon == KL_HORIZON,
        "klHorizon",
        "left alone without klTarget, as klCoefficient is fixed then");
    require(scores.clip() >= 0 && scores.clip() <= 1000, "scoreClip", "from 0 to 1000");
    require(
        scores.missingEosPenalty() >= 0 && scores.missingEosPenalty() <= 1000,
        "missingEosPenalty",
        "from 0 to 1000");
  }

  static RewardSettings of(SettingsReader read) {
    return new RewardSettings(
        read.choice("klEstimator", KlEstimator.K1),
        read.number("klCoefficient", 0.05),
        read.number("klTarget", 0),
        read.count("klHorizon", KL_HORIZON),
        new ScoreShape(
            read.flag("normaliseScores", true),
            read.number("scoreClip", 5),
            read.number("missingEosPenalty", 1)),
        read.flag("whitenRewards", false));
  }

  Map<String, String> toMap() {
    Map<String, String> map = new LinkedHashMap<>();
    map.put("klEstimator", SettingsReader.label(klEstimator));
    map.put("klCoefficient", "" + klCoefficient);
    map.put("klTarget", "" + klTarget);
    map.put("klHorizon", "" + klHorizon);
    map.put("normaliseScores", "" + scores.normalise());
    map.put("scoreClip", "" + scores.clip());
    map.put("missingEosPenalty", "" + scores.missingEosPenalty());
    map.put("whitenRewards", "" + whitenRewards);
    return map;
  }

  /** As it is before the first step. */
  public KlController controller() {
    return klTarget == 0
        ? new KlController.Fixed(klCoefficient)
        : new KlController.Adaptive(klCoefficient, klTarget, klHorizon);
  }
}
