package dev.hone.alignment.kto;

import static dev.hone.alignment.SettingsReader.require;

import dev.hone.alignment.AdapterSettings;
import dev.hone.alignment.Algorithm;
import dev.hone.alignment.FromPairs;
import dev.hone.alignment.SettingsReader;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Everything that decides what a training on single judgements makes of them.
 *
 * @param beta how strongly the policy is held to the reference
 * @param desirableWeight of answers that were found good; likewise the others. Empty for what
 *     follows from how many there are of either ({@link #balanced})
 * @param fromPairs whether both answers of pairs are judgements too
 */
public record KtoSettings(
    double beta,
    OptionalDouble desirableWeight,
    OptionalDouble undesirableWeight,
    FromPairs fromPairs,
    AdapterSettings training)
    implements Algorithm.Options {
  private static final String UNIT = "Answers";
  private static final double MAX_WEIGHT = 100;

  /** Largest ratio of all desirable weight to all undesirable; the least is 1. */
  private static final double MOST = 4.0 / 3;

  public KtoSettings {
    require(beta > 0 && beta <= 10, "beta", "above 0 and at most 10");
    require(isWeight(desirableWeight), "desirableWeight", "auto or from 0 to 100");
    require(isWeight(undesirableWeight), "undesirableWeight", "auto or from 0 to 100");
    require(
        training.batch() > 1, "batch" + UNIT, "above 1: the reference point takes others' answers");
  }

  private static boolean isWeight(OptionalDouble weight) {
    return weight.isEmpty() || (weight.getAsDouble() >= 0 && weight.getAsDouble() <= MAX_WEIGHT);
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
            read.numberOrAuto("desirableWeight"),
            read.numberOrAuto("undesirableWeight"),
            read.choice(FromPairs.SETTING, FromPairs.AUTO),
            AdapterSettings.of(read, UNIT));
    read.refuseOthers(settings.toMap().keySet());
    return settings;
  }

  /**
   * The same with weights under which good answers, taken together, count 1 to 4/3 times as much as
   * bad ones (Ethayarajh et al. 2024, section 4.2): what is not set is as near to 1 as that allows,
   * and the rarer kind's gives way first. No weight exceeds 100; where one kind is missing or
   * weighs nothing there is nothing to balance.
   *
   * @param good how many answers were found good; likewise the others
   */
  public KtoSettings balanced(long good, long bad) {
    if (good * weight(true) == 0 || bad * weight(false) == 0) {
      return weighted(weight(true), weight(false));
    }
    // 1 <= (good desirable) / (bad undesirable) <= 4/3
    double times = (double) bad / good;
    if (desirableWeight.isEmpty() && (undesirableWeight.isPresent() || times > 1)) {
      double least = times * weight(false);
      return weighted(nearestToOne(least, MOST * least), weight(false));
    }
    if (undesirableWeight.isEmpty()) {
      double most = weight(true) / times;
      return weighted(weight(true), nearestToOne(most / MOST, most));
    }
    return this;
  }

  private static double nearestToOne(double least, double most) {
    return Math.min(MAX_WEIGHT, Math.clamp(1, least, most));
  }

  private KtoSettings weighted(double desirable, double undesirable) {
    return new KtoSettings(
        beta, OptionalDouble.of(desirable), OptionalDouble.of(undesirable), fromPairs, training);
  }

  /** 1 for what was not set before it is known how many there are. */
  double weight(boolean good) {
    return (good ? desirableWeight : undesirableWeight).orElse(1);
  }

  /** Every setting; {@link #of} makes the same of it. */
  @Override
  public Map<String, String> toMap() {
    Map<String, String> map = new LinkedHashMap<>();
    map.put("beta", "" + beta);
    map.put("desirableWeight", SettingsReader.label(desirableWeight));
    map.put("undesirableWeight", SettingsReader.label(undesirableWeight));
    map.put(FromPairs.SETTING, SettingsReader.label(fromPairs));
    map.putAll(training.toMap(UNIT));
    return map;
  }
}
