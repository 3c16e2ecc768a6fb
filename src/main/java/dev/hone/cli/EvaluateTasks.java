package dev.hone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.alignment.verify.ArithmeticTasks;
import dev.hone.alignment.verify.VerifiableTasks;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "tasks",
    description = {
      "How many tasks a version solves whose answers a program can check, each answered once.",
      "",
      "solved, with its 95%% interval: share of which every check holds wholly; reward: mean of "
          + "what the checks give.",
      "meanLength: tokens of an answer; unended: share of answers that reached --max-new-tokens.",
      "",
      "What can't be asked or checked is skipped and counted. What a task is: "
          + "docs/algorithms/verifiable.md."
    })
final class EvaluateTasks implements Callable<Integer> {
  private static final int ARITHMETIC_TASKS = 200;

  @Spec private CommandSpec spec;
  @Mixin private Instance instance;

  @Option(
      names = "--version",
      paramLabel = "V",
      required = true,
      description = "The version to judge: an id, 'base' or 'active'.")
  private String version;

  @Option(
      names = "--file",
      paramLabel = "FILE",
      required = true,
      description =
          "Tasks as JSON lines: prompt and checks, or those of IFEval; or 'arithmetic' for sums of "
              + "which a training with the same seed asks none.")
  private String file;

  @Option(
      names = "--tasks",
      paramLabel = "N",
      description = "How many, the first ones (default: all; 200 of arithmetic).")
  private Integer tasks;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "Of the answers, and of which sums there are (default: 0).")
  private long seed;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "0, the default, takes the likeliest token each time.")
  private double temperature;

  @Option(
      names = "--max-new-tokens",
      paramLabel = "M",
      description = "Of an answer (default: 256).")
  private int maxNewTokens = 256;

  @Override
  public Integer call() {
    if (tasks != null && tasks < 1) {
      throw wrong("--tasks must be at least 1, was " + tasks);
    }
    BodyPublisher lines =
        file.equals(ArithmeticTasks.NAME) ? arithmetic() : Judging.body(Path.of(file));
    var asked = new LinkedHashMap<String, String>();
    asked.put("version", version);
    asked.put("temperature", "" + temperature);
    asked.put("maxNewTokens", "" + maxNewTokens);
    asked.put("seed", "" + seed);
    if (tasks != null) {
      asked.put("tasks", "" + tasks);
    }
    try (var server = LocalServer.reach(instance)) {
      JsonNode report =
          new Judging(Api.of(server), instance)
              .result("/api/evaluations/tasks", asked, lines)
              .path("report");
      instance.answer(report, text(report));
      return report.path("tasks").asInt() > 0 ? 0 : Failures.FAILED;
    }
  }

  private BodyPublisher arithmetic() {
    int count = tasks == null ? ARITHMETIC_TASKS : tasks;
    if (count > ArithmeticTasks.MOST_HELD_OUT) {
      throw wrong(
          "--tasks must be at most %d for arithmetic, was %d"
              .formatted(ArithmeticTasks.MOST_HELD_OUT, count));
    }
    var lines = VerifiableTasks.lines(ArithmeticTasks.heldOut(seed, count));
    return BodyPublishers.ofString(String.join("\n", lines));
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private static String text(JsonNode report) {
    int count = report.path("tasks").asInt();
    var text = new StringBuilder();
    text.append("%d tasks, %d skipped".formatted(count, report.path("skipped").asInt()));
    for (Map.Entry<String, JsonNode> reason : report.path("reasons").properties()) {
      text.append("%n  %s: %d".formatted(reason.getKey(), reason.getValue().asInt()));
    }
    if (count > 0) {
      text.append(
          String.format(
              Locale.ROOT,
              "%nsolved %.3f [%.3f, %.3f], reward %.3f%n%.1f tokens an answer, %.3f unended",
              report.path("solved").asDouble(),
              report.path("low").asDouble(),
              report.path("high").asDouble(),
              report.path("reward").asDouble(),
              report.path("meanLength").asDouble(),
              report.path("unended").asDouble()));
    }
    return text.toString();
  }
}
