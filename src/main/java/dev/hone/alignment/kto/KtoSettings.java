package dev.hone.alignment.kto;

import static dev.hone.alignment.SettingsReader.require;

import dev.hone.alignment.AdapterSettings;
import dev.hone.alignment.Algorithm;
import dev.hone.alignment.SettingsReader;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Everything that decides what a training on single judgements makes of them.
 *
 * @param beta how strongly the policy is held to the reference
 * @param desirableWeight of answers that were found good; likewise the others. Where there are n
 *     times as many of one kind, the other is to weigh about n times as much
 */
public record KtoSettings(
    double beta, double desirableWeight, double undesirableWeight, AdapterSettings training)
    implements Algorithm.Options {
  private static final String UNIT = "Answers";

  public KtoSettings {
    require(beta > 0 && beta <= 10, "beta", "above 0 and at most 10");
    require(desirableWeight >= 0 && desirableWeight <= 100, "desirableWeight", "from 0 to 100");
    require(
        undesirableWeight >= 0 && undesirableWeight <= 100, "undesirableWeight", "from 0 to 100");
    require(
        training.batch() > 1, "batch" + UNIT, "above 1: the reference point takes others' answers");
  }

  /**
   * The defaults with some settings changed.
   *
   * @throws IllegalArgumentException naming a setting that does not exist or its bad value
   */
  public static KtoSettings of(Map<String, String> set) {
    var read = new SettingsReader(set);
    var settings =
        new KtoSettings(
            read.number("beta", 0.1),
            read.number("desirableWeight", 1),
            read.number("undesirableWeight", 1),
            AdapterSettings.of(read, UNIT));
    read.refuseOthers(settings.toMap().keySet());
    return settings;
  }

  /** Every setting; {@link #of} makes the same of it. */
  @Override
  public Map<String, String> toMap() {
    Map<String, String> map = new LinkedHashMap<>();
    map.put("beta", "" + beta);
    map.put("desirableWeight", "" + desirableWeight);
    map.put("undesirableWeight", "" + undesirableWeight);
    map.putAll(training.toMap(UNIT));
    return map;
  }
}
