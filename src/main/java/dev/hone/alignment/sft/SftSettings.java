package dev.hone.alignment.sft;

import dev.hone.alignment.AdapterSettings;
import dev.hone.alignment.SettingsReader;
import java.util.Map;

/** Everything that decides what a training on demonstrations makes of them. */
public record SftSettings(AdapterSettings training) {
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

  /** Every setting; {@link #of} makes the same of it. */
  public Map<String, String> toMap() {
    return training.toMap(UNIT);
  }
}
