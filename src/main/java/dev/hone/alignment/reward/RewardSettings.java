package dev.hone.alignment.reward;

import static dev.hone.alignment.SettingsReader.require;

import dev.hone.alignment.AdapterSettings;
import dev.hone.alignment.Algorithm;
import dev.hone.alignment.SettingsReader;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Everything that decides what the training of a reward model makes of its answers.
 *
 * @param margin how much more reward one more in rating is to bring; 0 for any. A pair is 1 apart.
 * @param labelSmoothing share of pairs taken to be rated the wrong way round, below 0.5
 * @param centring how strongly the rewards are held around zero
 */
public record RewardSettings(
    double margin, double labelSmoothing, double centring, AdapterSettings training)
    implements Algorithm.Options {
  private static final String UNIT = "Prompts";

  public RewardSettings {
    require(margin >= 0 && margin <= 100, "margin", "from 0 to 100");
    require(labelSmoothing >= 0 && labelSmoothing < 0.5, "labelSmoothing", "from 0 to below 0.5");
    require(centring >= 0 && centring <= 10, "centring", "from 0 to 10");
  }

  /**
   * The defaults with some settings changed.
   *
   * @throws IllegalArgumentException naming a setting that does not exist or its bad value
   */
  public static RewardSettings of(Map<String, String> set) {
    var read = new SettingsReader(set);
    var settings =
        new RewardSettings(
            read.number("margin", 0),
            read.number("labelSmoothing", 0),
            read.number("centring", 0.01),
            AdapterSettings.of(read, UNIT));
    read.refuseOthers(settings.toMap().keySet());
    return settings;
  }

  /** As of DPO by default, since nothing here has one. */
  @Override
  public double beta() {
    return 0.1;
  }

  /** Every setting; {@link #of} makes the same of it. */
  @Override
  public Map<String, String> toMap() {
    Map<String, String> map = new LinkedHashMap<>();
    map.put("margin", "" + margin);
    map.put("labelSmoothing", "" + labelSmoothing);
    map.put("centring", "" + centring);
    map.putAll(training.toMap(UNIT));
    return map;
  }

  RewardLoss.Options options() {
    return new RewardLoss.Options(margin, labelSmoothing, centring);
  }
}
