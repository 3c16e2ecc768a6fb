package dev.hone.alignment.sft;

import dev.hone.alignment.AdapterSettings;
import dev.hone.alignment.Algorithm;
import dev.hone.alignment.SettingsReader;
import java.util.Map;

/** Everything that decides what a training on demonstrations makes of them. */
public record SftSettings(AdapterSettings training) implements Algorithm.Options {
  private static final String UNIT = "Answers";

  /**
   * The defaults with some settings changed.
   *
   * @throws IllegalArgumentException naming a setting that does not exist or its bad value
   */
  public static SftSettings of(Map<String, String> set) {
    var read = new SettingsReader(set);
    var settings = new SftSettings(AdapterSettings.of(read, UNIT));
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
    return training.toMap(UNIT);
  }
}
