package dev.hone.loop;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.registry.ModelStore;
import dev.hone.registry.RewardModels;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What the stages of a plan did, in words, as their folders tell it. */
final class Outcomes {
  private Outcomes() {}

  /** Of all stages, in their order; nothing of one that left no word. */
  static List<String> of(RoundFolder folder, Job job) {
    return IntStream.range(0, job.stages().size())
        .mapToObj(i -> of(job.stages().get(i), folder.stage(i, job.stages()), job.store()))
        .toList();
  }

  private static String of(Stage stage, RoundFolder own, ModelStore store) {
    var choosing = RoundFolder.read(own.choosing(), Choosing.class);
    var training = RoundFolder.read(own.trained(), Training.class);
    return choosing
        .map(Outcomes::chosen)
        .or(() -> training.map(done -> trained(stage, done) + made(stage, own, store)))
        .orElse("");
  }

  private static String trained(Stage stage, Training done) {
    return String.format(
        Locale.ROOT,
        "%,d %s over %,d %s in %s, %,.0f seconds of work. Could not be trained on: %s. Cut to fit: %s",
        done.result().steps(),
        done.result().steps() == 1 ? "step" : "steps",
        done.result().examples(),
        Methods.of(stage.method()).learnsFrom(stage.settings()).words(),
        done.compute(),
        done.result().seconds(),
        counts(done.untrainable()),
        counts(done.cut()));
  }

  private static String made(Stage stage, RoundFolder own, ModelStore store) {
    return Methods.of(stage.method()).makes() == Makes.REWARD_MODEL
        ? RoundFolder.read(own.made(), Made.class)
            .flatMap(Made::rewardModel)
            .map(id -> ". Made the " + rewardModel(id, store))
            .orElse("")
        : "";
  }

  static String chosen(Choosing done) {
    return String.format(
        Locale.ROOT,
        "The best of several answers to %,d of %,d prompts. No best one: %s. Could not be asked: %s. Cut for the reward model: %,d",
        done.chosen(),
        done.asked(),
        counts(done.leftOut()),
        counts(done.unasked()),
        done.cut());
  }

  /** One that is kept, with how it judges. */
  static String rewardModel(String id, ModelStore store) {
    return "reward model %s%s"
        .formatted(
            id,
            new RewardModels(store)
                .find(id)
                .map(found -> judgement(found.manifest().evaluation()))
                .orElse(""));
  }

  private static String judgement(JsonNode held) {
    return held != null && held.path("accuracy").isNumber()
        ? String.format(
            Locale.ROOT,
            ", right on %.3f [%.3f, %.3f] of %,d held-out pairs, of which length alone tells %.3f",
            held.path("accuracy").doubleValue(),
            held.path("low").doubleValue(),
            held.path("high").doubleValue(),
            held.path("pairs").intValue(),
            held.path("lengthBaseline").doubleValue())
        : "";
  }

  static String counts(Map<String, Integer> counted) {
    return counted.isEmpty() ? "none" : named(counted);
  }

  static String named(Map<String, ?> values) {
    return values.entrySet().stream()
        .map(entry -> entry.getKey() + " " + entry.getValue())
        .collect(Collectors.joining(", "));
  }
}
