package dev.hone.alignment.ppo;

import static dev.hone.alignment.SettingsReader.require;

import dev.hone.alignment.AdapterKind;
import dev.hone.alignment.AdapterSettings;
import dev.hone.alignment.SettingsReader;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Everything that decides what a training by reward makes of its prompts.
 *
 * @param training whose epochs are passes over the rollouts of a step, whose batch is a minibatch
 *     of them, and whose steps are rounds of sampling
 */
public record PpoSettings(
    PolicyGradient algorithm,
    RolloutSettings rollouts,
    RewardSettings rewards,
    AdvantageSettings advantages,
    LossSettings losses,
    AdapterSettings training) {
  private static final String UNIT = "Responses";

  public PpoSettings {
    require(
        algorithm.hasValues() || rollouts.groupSize() >= 2,
        "groupSize",
        "at least 2 where a response is held against the others to its prompt");
    require(
        rewards.klTarget() == 0 || rewards.klHorizon() >= rollouts.rolloutsPerStep(),
        "klHorizon",
        "at least rolloutsPerStep");
    require(
        losses.surrogate() != Surrogate.Kind.REINFORCE || training.epochs() == 1,
        "epochs",
        "1 for reinforce, which learns from fresh samples only");
    require(
        losses.surrogate() != Surrogate.Kind.REINFORCE
            || training.batch() >= rollouts.rolloutsPerStep(),
        "batchResponses",
        "at least rolloutsPerStep for reinforce, which learns from fresh samples only");
    require(
        training.adapter() == AdapterKind.LORA,
        "adapter",
        "lora, which is what responses are sampled with");
    require(
        training.dropout() == 0,
        "dropout",
        "0, or the policy would not be the one that its responses were sampled from");
    require(!training.lengthBuckets(), "lengthBuckets", "false, as responses have no length yet");
    require(
        rollouts.maxNewTokens() < training.maxTokens(),
        "maxNewTokens",
        "below maxTokens, of which the prompt needs some");
  }

  /**
   * Of a micro-batch, however many responses it may have: twice what other trainings take at once,
   * since each role's pass over the same rows is too short for the processor otherwise.
   */
  int mostRows() {
    return 2 * training.mostRows();
  }

  /**
   * The algorithm's defaults with some settings changed.
   *
   * @throws IllegalArgumentException naming a setting that does not exist, its bad value, or one
   *     that the algorithm has no use for
   */
  public static PpoSettings of(Map<String, String> set) {
    var algorithm = new SettingsReader(set).choice("algorithm", PolicyGradient.PPO);
    refuseIdle(algorithm, set);
    Map<String, String> all = new HashMap<>(algorithm.defaults());
    all.putAll(set);
    var read = new SettingsReader(all);
    var settings =
        new PpoSettings(
            algorithm,
            RolloutSettings.of(read),
            RewardSettings.of(read),
            AdvantageSettings.of(read),
            LossSettings.of(read),
            AdapterSettings.of(read, UNIT));
    read.refuseOthers(settings.toMap().keySet());
    return settings;
  }

  private static void refuseIdle(PolicyGradient algorithm, Map<String, String> set) {
    algorithm
        .idle()
        .forEach(
            (setting, why) -> {
              if (set.containsKey(setting)) {
                throw new IllegalArgumentException(
                    "%s changes nothing in %s: it %s".formatted(setting, algorithm.label(), why));
              }
            });
  }

  /** Every setting that the algorithm has a use for; {@link #of} makes the same of it. */
  public Map<String, String> toMap() {
    Map<String, String> map = new LinkedHashMap<>();
    map.put("algorithm", SettingsReader.label(algorithm));
    map.putAll(rollouts.toMap());
    map.putAll(rewards.toMap());
    map.putAll(advantages.toMap());
    map.putAll(losses.toMap());
    map.putAll(training.toMap(UNIT));
    map.keySet().removeAll(algorithm.idle().keySet());
    return map;
  }
}
