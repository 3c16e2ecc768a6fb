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
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "evaluate",
    description = "Judge a version.",
    subcommands = EvaluateCommand.Preferences.class)
final class EvaluateCommand {
  enum Format {
    TRL,
    HH
  }

  @Command(
      name = "preferences",
      description = {
        "How often a version prefers the answer that was chosen, on every pair of a file.",
        "",
        "accuracy, with its 95%% interval: by implicit reward, which is how much more likely V finds "
            + "an answer than R does.",
        "logprobAccuracy: by V's own mean log-probability of a token.",
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

    @Option(
        names = "--file",
        paramLabel = "FILE",
        required = true,
        description = "Pairs as JSON lines: prompt, chosen, rejected; raw text or messages.")
    private Path file;

    @Option(names = "--format", description = "trl or hh (default: trl).")
    private Format format = Format.TRL;

    @Override
    public Integer call() {
      if (!Files.isReadable(file) || Files.isDirectory(file)) {
        throw new StartException("the file " + file + " cannot be read");
      }
      try (var server = LocalServer.reach(instance)) {
        JsonNode result = judged(Api.of(server));
        for (JsonNode line : result.path("skipped")) {
          instance
              .progress()
              .printf(
                  "%s:%s: %s%n", file, line.path("line").asText(), line.path("reason").asText());
        }
        JsonNode report = result.path("report");
        instance.answer(report, summary(report));
        return report.path("pairs").asInt() > 0 ? 0 : Failures.FAILED;
      }
    }

    private JsonNode judged(Api api) {
      var path = new StringBuilder("/api/evaluations?version=").append(encoded(version));
      path.append("&format=").append(format.name().toLowerCase(Locale.ROOT));
      if (reference != null) {
        path.append("&reference=").append(encoded(reference));
      }
      var told = new EvaluationProgress(instance.progress(), Instance.onTerminal());
      try (var lines =
          new BufferedReader(
              new InputStreamReader(
                  api.stream(path.toString(), BodyPublishers.ofFile(file)),
                  StandardCharsets.UTF_8))) {
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

    private static String encoded(String value) {
      return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private static String summary(JsonNode report) {
      String skipped = "%d lines skipped".formatted(report.path("skipped").asInt());
      if (report.path("pairs").asInt() == 0) {
        return "no pair to judge on, " + skipped;
      }
      return String.format(
          Locale.ROOT,
          "%d pairs, %s%naccuracy %.3f [%.3f, %.3f], margin %.3f, KL %.4f nats per token%n"
              + "by mean log-probability alone %.3f, by length alone %.3f",
          report.path("pairs").asInt(),
          skipped,
          report.path("accuracy").asDouble(),
          report.path("low").asDouble(),
          report.path("high").asDouble(),
          report.path("margin").asDouble(),
          report.path("kl").asDouble(),
          report.path("logprobAccuracy").asDouble(),
          report.path("lengthBaseline").asDouble());
    }
  }
}
