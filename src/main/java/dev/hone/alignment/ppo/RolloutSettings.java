package dev.hone.alignment.ppo;

import static dev.hone.alignment.SettingsReader.require;

import dev.hone.alignment.SettingsReader;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is sampled for a step.
 *
 * @param rolloutsPerStep responses
 * @param groupSize responses to one prompt
 * @param temperature of sampling; the logits of policy and reference are divided by it too
 * @param maxNewTokens of a response
 */
public record RolloutSettings(
    int rolloutsPerStep, int groupSize, double temperature, int maxNewTokens) {
  public RolloutSettings {
    require(rolloutsPerStep >= 1 && rolloutsPerStep <= 4096, "rolloutsPerStep", "from 1 to 4096");
    require(
        groupSize >= 1 && rolloutsPerStep % groupSize == 0,
        "groupSize",
        "at least 1 and a divisor of rolloutsPerStep");
    require(temperature > 0 && temperature <= 2, "temperature", "above 0 and at most 2");
    require(maxNewTokens >= 1 && maxNewTokens <= 4096, "maxNewTokens", "from 1 to 4096");
  }

  static RolloutSettings of(SettingsReader read) {
    return new RolloutSettings(
        read.count("rolloutsPerStep", 32),
        read.count("groupSize", 1),
        read.number("temperature", 1),
        read.count("maxNewTokens", 128));
  }

  Map<String, String> toMap() {
    Map<String, String> map = new LinkedHashMap<>();
    map.put("rolloutsPerStep", "" + rolloutsPerStep);
    map.put("groupSize", "" + groupSize);
    map.put("temperature", "" + temperature);
    map.put("maxNewTokens", "" + maxNewTokens);
    return map;
  }

  /** Of a step. */
  public int prompts() {
    return rolloutsPerStep / groupSize;
  }
}
