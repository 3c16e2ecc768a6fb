package dev.hone.alignment.ppo;

import static dev.hone.alignment.SettingsReader.require;

import dev.hone.alignment.SettingsReader;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a token is taken to have been worth.
 *
 * @param advantage of PPO; likewise the value target, gamma and lambda
 * @param whitenAdvantages to mean 0 and variance 1 over the step's tokens
 * @param scaleByGroup of GRPO: by the deviation of the group's rewards
 */
public record AdvantageSettings(
    AdvantageKind advantage,
    ValueTarget valueTarget,
    double gamma,
    double lambda,
    boolean whitenAdvantages,
    boolean scaleByGroup) {
  private static final double LAMBDA = 0.95;

  public AdvantageSettings {
    require(gamma > 0 && gamma <= 1, "gamma", "above 0 and at most 1");
    require(lambda >= 0 && lambda <= 1, "lambda", "from 0 to 1");
    require(
        advantage == AdvantageKind.GAE || valueTarget == ValueTarget.GAE || lambda == LAMBDA,
        "lambda",
        "left alone where neither advantage nor valueTarget is gae");
  }

  static AdvantageSettings of(SettingsReader read) {
    return new AdvantageSettings(
        read.choice("advantage", AdvantageKind.GAE),
        read.choice("valueTarget", ValueTarget.GAE),
        read.number("gamma", 1),
        read.number("lambda", LAMBDA),
        read.flag("whitenAdvantages", true),
        read.flag("scaleByGroup", true));
  }

  Map<String, String> toMap() {
    Map<String, String> map = new LinkedHashMap<>();
    map.put("advantage", SettingsReader.label(advantage));
    map.put("valueTarget", SettingsReader.label(valueTarget));
    map.put("gamma", "" + gamma);
    map.put("lambda", "" + lambda);
    map.put("whitenAdvantages", "" + whitenAdvantages);
    map.put("scaleByGroup", "" + scaleByGroup);
    return map;
  }

  Advantages advantages() {
    return new Advantages(gamma, lambda);
  }
}
