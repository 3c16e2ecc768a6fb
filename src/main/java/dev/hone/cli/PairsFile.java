package dev.hone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest.BodyPublisher;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import picocli.CommandLine.Option;

/** The options that say which file something is judged on, and the judging. */
final class PairsFile {
  enum Format {
    TRL,
    HH
  }

  @Option(
      names = "--file",
      paramLabel = "FILE",
      required = true,
      description = "Pairs as JSON lines: prompt, chosen, rejected; raw text or messages.")
  private Path file;

  @Option(names = "--format", description = "trl or hh (default: trl).")
  private Format format = Format.TRL;

  /**
   * Has the file's pairs judged, and answers with the report.
   *
   * @param path of the server
   * @param parameters that say what is judged, without those that are null
   * @param summary of a report for people
   * @param answer gets the report and the words for it
   * @return the exit code
   */
  int judge(
      Instance instance,
      String path,
      Map<String, String> parameters,
      Function<JsonNode, String> summary,
      BiConsumer<JsonNode, String> answer) {
    BodyPublisher lines = Judging.body(file);
    var all = new LinkedHashMap<String, String>();
    all.put("format", format.name().toLowerCase(Locale.ROOT));
    all.putAll(parameters);
    try (var server = LocalServer.reach(instance)) {
      JsonNode result = new Judging(Api.of(server), instance).result(path, all, lines);
      for (JsonNode line : result.path("skipped")) {
        instance
            .progress()
            .printf("%s:%s: %s%n", file, line.path("line").asText(), line.path("reason").asText());
      }
      int prompts = result.path("cut").path("prompts-cut").asInt();
      int answers = result.path("cut").path("answers-cut").asInt();
      if (prompts + answers > 0) {
        instance
            .progress()
            .printf("%s: %d prompts and %d answers were cut to fit%n", file, prompts, answers);
      }
      JsonNode report = result.path("report");
      boolean some = report.path("pairs").asInt() > 0;
      String skipped = "%d lines skipped".formatted(report.path("skipped").asInt());
      answer.accept(
          report,
          some
              ? "%d pairs, %s%n%s"
                  .formatted(report.path("pairs").asInt(), skipped, summary.apply(report))
              : "no pair to judge on, " + skipped);
      return some ? 0 : Failures.FAILED;
    }
  }
}
