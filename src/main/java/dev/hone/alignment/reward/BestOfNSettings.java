package dev.hone.alignment.reward;

import static dev.hone.alignment.SettingsReader.require;

import dev.hone.alignment.SettingsReader;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Everything that decides which answers the best are taken of.
 *
 * @param answers to each prompt
 * @param temperature that they are sampled at
 * @param maxNewTokens of an answer
 * @param maxTokens of a prompt and an answer together
 * @param seed of what is sampled
 */
public record BestOfNSettings(
    int answers, double temperature, int maxNewTokens, int maxTokens, long seed) {
  public BestOfNSettings {
    require(answers >= 2 && answers <= 256, "answers", "from 2 to 256");
    require(temperature > 0 && temperature <= 2, "temperature", "above 0 and at most 2");
    require(
        maxNewTokens >= 1 && maxNewTokens < maxTokens,
        "maxNewTokens",
        "at least 1 and below maxTokens, of which the prompt needs some");
  }

  /**
   * The defaults with some settings changed.
   *
   * @throws IllegalArgumentException naming a setting that does not exist or its bad value
   */
  public static BestOfNSettings of(Map<String, String> set) {
    var read = new SettingsReader(set);
    var settings =
        new BestOfNSettings(
            read.count("answers", 8),
            read.number("temperature", 1),
            read.count("maxNewTokens", 128),
            read.count("maxTokens", 384),
            read.whole("seed", 0));
    read.refuseOthers(settings.toMap().keySet());
    return settings;
  }

  /** Every setting; {@link #of} makes the same of it. */
  public Map<String, String> toMap() {
    Map<String, String> map = new LinkedHashMap<>();
    map.put("answers", "" + answers);
    map.put("temperature", "" + temperature);
    map.put("maxNewTokens", "" + maxNewTokens);
    map.put("maxTokens", "" + maxTokens);
    map.put("seed", "" + seed);
    return map;
  }
}
