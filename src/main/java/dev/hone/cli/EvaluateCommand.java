package dev.hone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "evaluate",
    description = "Judge a version or a reward model.",
    subcommands = {
      EvaluateCommand.Preferences.class,
      EvaluateCommand.Rewards.class,
      EvaluateTasks.class
    })
final class EvaluateCommand {
  @Command(
      name = "preferences",
      description = {
        "How often a version prefers the answer that was chosen, on every pair of a file.",
        "",
        "accuracy, with its 95%% interval: by implicit reward, which is how much more likely V finds "
            + "an answer than R does.",
        "logprobAccuracy: by V's own mean log-probability of a token.",
        "byPrompt: the same interval by drawing the prompts anew, each with all its pairs.",
        "lengthBaseline: the better of 'longer wins' and 'shorter wins'.",
        "margin: mean difference of the rewards times beta; kl: of V from R, nats per token.",
        "",
        "Ties count half. Lines that are no pair are skipped, counted and named."
      })
  static final class Preferences implements Callable<Integer> {
    @Mixin private Instance instance;

    @Option(
        names = "--version",
        paramLabel = "V",
        required = true,
        description = "The version to judge: an id, 'base' or 'active'.")
    private String version;

    @Option(
        names = "--reference",
        paramLabel = "R",
        description = "The version to judge against, likewise (default: V's parent).")
    private String reference;

    @Mixin private PairsFile pairs;

    @Override
    public Integer call() {
      var judged = new LinkedHashMap<String, String>();
      judged.put("version", version);
      if (reference != null) {
        judged.put("reference", reference);
      }
      return pairs.judge(
          instance, "/api/evaluations", judged, Preferences::summary, instance::answer);
    }

    private static String summary(JsonNode report) {
      return String.format(
          Locale.ROOT,
          "accuracy %.3f [%.3f, %.3f], margin %.3f, KL %.4f nats per token%n"
              + "by mean log-probability alone %.3f, by length alone %.3f",
          report.path("accuracy").asDouble(),
          report.path("low").asDouble(),
          report.path("high").asDouble(),
          report.path("margin").asDouble(),
          report.path("kl").asDouble(),
          report.path("logprobAccuracy").asDouble(),
          report.path("lengthBaseline").asDouble());
    }
  }

  @Command(
      name = "rewards",
      description = {
        "How often a reward model gives the answer that was chosen the higher reward, on every pair "
            + "of a file.",
        "",
        "accuracy, with its 95%% interval.",
        "lengthBaseline: the better of 'longer wins' and 'shorter wins'; difference: accuracy less "
            + "that, with its interval by drawing the prompts anew.",
        "margin: mean difference of the rewards; calibration: whether it is as sure as it is right.",
        "",
        "Ties count half. Lines that are no pair are skipped, counted and named. The report is one JSON "
            + "object on standard output; the words for it go to standard error."
      })
  static final class Rewards implements Callable<Integer> {
    @Mixin private Instance instance;

    @Option(
        names = "--model",
        paramLabel = "RM",
        required = true,
        description = "The reward model to judge: an id, or 'newest'.")
    private String model;

    @Mixin private PairsFile pairs;

    @Override
    public Integer call() {
      return pairs.judge(
          instance,
          "/api/evaluations/rewards",
          Map.of("model", model),
          Rewards::summary,
          instance::answerBoth);
    }

    private static String summary(JsonNode report) {
      JsonNode byPrompt = report.path("byPrompt");
      JsonNode difference = report.path("difference");
      JsonNode calibration = report.path("calibration");
      return String.format(
          Locale.ROOT,
          "accuracy %.3f [%.3f, %.3f], by its %d prompts [%.3f, %.3f], margin %.3f%n"
              + "by length alone %.3f, difference %+.3f [%+.3f, %+.3f]%n"
              + "calibration error %.3f, Brier score %.3f, log loss %.3f",
          report.path("accuracy").asDouble(),
          report.path("low").asDouble(),
          report.path("high").asDouble(),
          byPrompt.path("count").asInt(),
          byPrompt.path("low").asDouble(),
          byPrompt.path("high").asDouble(),
          report.path("margin").asDouble(),
          report.path("lengthBaseline").asDouble(),
          difference.path("value").asDouble(),
          difference.path("low").asDouble(),
          difference.path("high").asDouble(),
          calibration.path("error").asDouble(),
          calibration.path("brier").asDouble(),
          calibration.path("logLoss").asDouble());
    }
  }
}
