package dev.hone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.operations.StartException;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new StartException("the file " + file + " cannot be read");
    }
    try (var server = LocalServer.reach(instance)) {
      JsonNode result = judged(Api.of(server), query(path, parameters), instance);
      for (JsonNode line : result.path("skipped")) {
        instance
            .progress()
            .printf("%s:%s: %s%n", file, line.path("line").asText(), line.path("reason").asText());
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

  private String query(String path, Map<String, String> parameters) {
    var query = new StringBuilder(path);
    query.append("?format=").append(format.name().toLowerCase(Locale.ROOT));
    parameters.forEach(
        (name, value) ->
            query
                .append('&')
                .append(name)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
    return query.toString();
  }

  private JsonNode judged(Api api, String path, Instance instance) {
    var told = new EvaluationProgress(instance.progress(), Instance.onTerminal());
    try (var lines =
        new BufferedReader(
            new InputStreamReader(
                api.stream(path, BodyPublishers.ofFile(file)), StandardCharsets.UTF_8))) {
      var json = new JsonMapper();
      for (String line; (line = lines.readLine()) != null; ) {
        JsonNode read = json.readTree(line);
        if (read.has("result")) {
          told.end();
          return read.path("result");
        }
        if (read.has("error")) {
          JsonNode error = read.path("error");
          throw new ServerException(error.path("code").asText(), error.path("message").asText());
        }
        told.show(read.path("progress"));
      }
      throw new ServerException("the server's answer broke off");
    } catch (FileNotFoundException e) {
      throw new StartException("there is no file " + file, e);
    } catch (IOException e) {
      throw new ServerException("the server's answer broke off: " + e.getMessage(), e);
    }
  }
}
