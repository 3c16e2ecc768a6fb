package dev.hone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "import",
    description = "Bring data from elsewhere.",
    subcommands = ImportCommand.Preferences.class)
final class ImportCommand {
  enum Format {
    TRL,
    HH
  }

  @Command(name = "preferences", description = "Import preferences from a file of JSON lines.")
  static final class Preferences implements Callable<Integer> {
    @Mixin private Instance instance;

    @Option(
        names = "--format",
        description =
            "trl (prompt/chosen/rejected, prompt/completion/label, or prompt/completion for a "
                + "demonstration) or hh (default: trl).")
    private Format format = Format.TRL;

    @Option(
        names = "--strict",
        fallbackValue = "true",
        description = "Import nothing if any line is bad.")
    private boolean strict;

    @Parameters(paramLabel = "FILE")
    private Path file;

    @Override
    public Integer call() {
      var body = Judging.body(file);
      try (var server = LocalServer.reach(instance)) {
        String path =
            "/api/preferences/import?format=%s&strict=%s"
                .formatted(format.name().toLowerCase(Locale.ROOT), strict);
        String name = URLEncoder.encode(file.getFileName().toString(), StandardCharsets.UTF_8);
        var headers = Map.of("Content-Type", "application/x-ndjson", "X-File-Name", name);
        JsonNode report = Api.of(server).post(path, body, headers);
        for (JsonNode line : report.path("rejected")) {
          instance
              .progress()
              .printf(
                  "%s:%s: %s%n", file, line.path("line").asText(), line.path("reason").asText());
        }
        instance.answer(report, summary(report));
        boolean useful =
            report.path("imported").asInt() + report.path("duplicates").asInt() > 0
                || report.path("total").asInt() == 0;
        return useful ? 0 : 1;
      }
    }

    private static String summary(JsonNode report) {
      return "%d lines: %d imported, %d already there, %d rejected"
          .formatted(
              report.path("total").asInt(),
              report.path("imported").asInt(),
              report.path("duplicates").asInt(),
              report.path("rejectedCount").asInt());
    }
  }
}
