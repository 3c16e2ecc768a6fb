package dev.hone.alignment.sft;

import dev.hone.alignment.AdapterSettings;
import dev.hone.alignment.Algorithm;
import dev.hone.alignment.FromPairs;
import dev.hone.alignment.SettingsReader;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Everything that decides what a training on demonstrations makes of them.
 *
 * @param fromPairs whether the chosen answers of pairs are demonstrations too
 */
public record SftSettings(FromPairs fromPairs, AdapterSettings training)
    implements Algorithm.Options {
  private static final String UNIT = "Answers";

  /**
   * The defaults with some settings changed.
   *
   * @throws IllegalArgumentException naming a setting that does not exist or its bad value
   */
  public static SftSettings of(Map<String, String> set) {
    Map<String, String> all = new HashMap<>();
    // One answer is half of a pair: twice as many fill the processor as well.
    all.put("microBatch" + UNIT, "4");
    all.putAll(set);
    var read = new SettingsReader(all);
    var settings =
        new SftSettings(
            read.choice(FromPairs.SETTING, FromPairs.AUTO), AdapterSettings.of(read, UNIT));
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
    map.put(FromPairs.SETTING, SettingsReader.label(fromPairs));
    map.putAll(training.toMap(UNIT));
    return map;
  }
}
