package dev.hone.alignment.ppo;

import static dev.hone.alignment.SettingsReader.require;

import dev.hone.alignment.SettingsReader;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What an update makes small.
 *
 * @param clipLow the ratio is clipped at 1 - clipLow
 * @param clipHigh and at 1 + clipHigh
 * @param klLossCoefficient of the divergence in the loss
 * @param valueClip of PPO, like the value's coefficient: range about the old value; 0 for none
 * @param ptxCoefficient of the loss on other texts (PPO-ptx, Ouyang et al. 2022)
 * @param earlyStopKl approximate divergence from the policy that sampled, in nats a token, beyond
 *     which its rollouts are used no longer; 0 for none
 */
public record LossSettings(
    Surrogate.Kind surrogate,
    double clipLow,
    double clipHigh,
    Aggregation aggregation,
    KlEstimator klLossEstimator,
    double klLossCoefficient,
    double valueClip,
    double valueCoefficient,
    double entropyCoefficient,
    double ptxCoefficient,
    double earlyStopKl) {
  private static final double CLIP = 0.2;

  public LossSettings {
    require(clipLow > 0 && clipLow < 1, "clipLow", "above 0 and below 1");
    require(clipHigh > 0 && clipHigh <= 10, "clipHigh", "above 0 and at most 10");
    // Its derivative is the same for every token, which draws nowhere on average.
    require(klLossEstimator != KlEstimator.K1, "klLossEstimator", "k2 or k3");
    require(klLossCoefficient >= 0 && klLossCoefficient <= 10, "klLossCoefficient", "from 0 to 10");
    require(valueClip >= 0 && valueClip <= 1000, "valueClip", "from 0 to 1000");
    require(valueCoefficient >= 0 && valueCoefficient <= 10, "valueCoefficient", "from 0 to 10");
    require(
        entropyCoefficient >= 0 && entropyCoefficient <= 1, "entropyCoefficient", "from 0 to 1");
    require(ptxCoefficient >= 0 && ptxCoefficient <= 100, "ptxCoefficient", "from 0 to 100");
    require(earlyStopKl >= 0 && earlyStopKl <= 100, "earlyStopKl", "from 0 to 100");
    require(
        surrogate != Surrogate.Kind.REINFORCE || (clipLow == CLIP && clipHigh == CLIP),
        "clipLow and clipHigh",
        "left alone with surrogate=reinforce, which clips nothing");
    require(
        klLossCoefficient > 0 || klLossEstimator == KlEstimator.K3,
        "klLossEstimator",
        "left alone where klLossCoefficient is 0");
  }

  /** Whether the loss holds entropies. */
  boolean learnsEntropies() {
    return entropyCoefficient > 0;
  }

  static LossSettings of(SettingsReader read) {
    return new LossSettings(
        read.choice("surrogate", Surrogate.Kind.CLIPPED),
        read.number("clipLow", CLIP),
        read.number("clipHigh", CLIP),
        read.choice("aggregation", Aggregation.TOKEN_MEAN),
        read.choice("klLossEstimator", KlEstimator.K3),
        read.number("klLossCoefficient", 0),
        read.number("valueClip", 0.2),
        read.number("valueCoefficient", 0.1),
        read.number("entropyCoefficient", 0),
        read.number("ptxCoefficient", 0),
        read.number("earlyStopKl", 0.1));
  }

  Map<String, String> toMap() {
    Map<String, String> map = new LinkedHashMap<>();
    map.put("surrogate", SettingsReader.label(surrogate));
    map.put("clipLow", "" + clipLow);
    map.put("clipHigh", "" + clipHigh);
    map.put("aggregation", SettingsReader.label(aggregation));
    map.put("klLossEstimator", SettingsReader.label(klLossEstimator));
    map.put("klLossCoefficient", "" + klLossCoefficient);
    map.put("valueClip", "" + valueClip);
    map.put("valueCoefficient", "" + valueCoefficient);
    map.put("entropyCoefficient", "" + entropyCoefficient);
    map.put("ptxCoefficient", "" + ptxCoefficient);
    map.put("earlyStopKl", "" + earlyStopKl);
    return map;
  }

  Surrogate loss() {
    return switch (surrogate) {
      case CLIPPED -> new Surrogate.Clipped(clipLow, clipHigh);
      case REINFORCE -> new Surrogate.Reinforce();
    };
  }

  /** About an old value. */
  double valueRange() {
    return valueClip == 0 ? Double.POSITIVE_INFINITY : valueClip;
  }
}
