package dev.hone.alignment.dpo;

import static dev.hone.alignment.SettingsReader.require;

import dev.hone.alignment.AdapterSettings;
import dev.hone.alignment.Algorithm;
import dev.hone.alignment.SettingsReader;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Everything that decides what a training on pairs makes of them.
 *
 * @param beta how strongly the policy is held to the reference; of ORPO the weight of the odds
 * @param labelSmoothing share of labels taken to be wrong, below 0.5; 0 for a loss without it
 * @param targetMargin of SimPO: by how much the chosen answer's reward is to be ahead; 0 of any
 *     other
 * @param lengthWeight of the tokens by which one answer is longer than the other, in [0, 1]; below
 *     1 length counts for less (LD-DPO, Liu et al. 2024)
 */
public record DpoSettings(
    Loss loss,
    double beta,
    double labelSmoothing,
    double targetMargin,
    double lengthWeight,
    AdapterSettings training)
    implements Algorithm.Options {
  private static final String UNIT = "Pairs";

  public DpoSettings {
    require(beta > 0 && beta <= 10, "beta", "above 0 and at most 10");
    require(labelSmoothing >= 0 && labelSmoothing < 0.5, "labelSmoothing", "from 0 to below 0.5");
    require(
        labelSmoothing == 0 || loss.smooths(),
        "labelSmoothing",
        "0 for loss=%s, which has no place for it".formatted(SettingsReader.label(loss)));
    require(targetMargin >= 0 && targetMargin <= 100, "targetMargin", "from 0 to 100");
    require(
        targetMargin == 0 || loss == Loss.SIMPO,
        "targetMargin",
        "0 unless loss=simpo, which has it");
    require(lengthWeight >= 0 && lengthWeight <= 1, "lengthWeight", "from 0 to 1");
    require(
        lengthWeight == 1 || !loss.isMean(),
        "lengthWeight",
        "1 for a loss over mean log-probabilities");
  }

  /**
   * The defaults with some settings changed.
   *
   * @throws IllegalArgumentException naming a setting that does not exist or its bad value
   */
  public static DpoSettings of(Map<String, String> set) {
    var read = new SettingsReader(set);
    Loss loss = read.choice("loss", Loss.SIGMOID);
    var settings =
        new DpoSettings(
            loss,
            read.number("beta", loss.usualBeta()),
            read.number("labelSmoothing", loss.smooths() ? 0.1 : 0),
            read.number("targetMargin", loss == Loss.SIMPO ? 0.5 : 0),
            read.number("lengthWeight", 1),
            AdapterSettings.of(read, UNIT));
    read.refuseOthers(settings.toMap().keySet());
    return settings;
  }

  /** Takes out what a round of an earlier release has for every loss, used or not. */
  public static Map<String, String> withoutIdle(Map<String, String> set) {
    Map<String, String> used = new HashMap<>(set);
    Loss loss = new SettingsReader(set).choice("loss", Loss.SIGMOID);
    if (!loss.smooths()) {
      used.remove("labelSmoothing");
    }
    if (loss != Loss.SIMPO) {
      used.remove("targetMargin");
    }
    return used;
  }

  /** Every setting; {@link #of} makes the same of it. */
  @Override
  public Map<String, String> toMap() {
    Map<String, String> map = new LinkedHashMap<>();
    map.put("loss", SettingsReader.label(loss));
    map.put("beta", "" + beta);
    map.put("labelSmoothing", "" + labelSmoothing);
    map.put("targetMargin", "" + targetMargin);
    map.put("lengthWeight", "" + lengthWeight);
    map.putAll(training.toMap(UNIT));
    return map;
  }

  DpoLoss.Options options() {
    return new DpoLoss.Options(loss, beta, labelSmoothing, targetMargin);
  }
}
