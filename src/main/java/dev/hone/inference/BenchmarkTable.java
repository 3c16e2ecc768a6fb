package dev.hone.inference;

import dev.hone.inference.InferenceBenchmark.Decode;
import dev.hone.inference.InferenceBenchmark.Report;
import dev.hone.inference.InferenceBenchmark.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A benchmark's report for people. */
final class BenchmarkTable {
  private BenchmarkTable() {}

  static String of(Report report) {
    var settings = report.settings();
    var head = new ArrayList<>(List.of("precision", "prefill " + settings.prompt()));
    settings.batches().forEach(batch -> head.add("decode x" + batch + " (floor)"));
    head.addAll(List.of("loss", "load"));
    var lines = new ArrayList<String>();
    lines.add(
        "Model %s on %s, %d threads, libtorch %s; memory is read at %s GB/s."
            .formatted(
                report.model(),
                report.cpu().model(),
                report.threads(),
                report.libtorch(),
                number(report.memoryBytesPerSecond() / 1e9, 1)));
    lines.add("");
    lines.add(
        "Tokens per second, all sequences together; medians of %d steps after a warm-up."
            .formatted(settings.repeats()));
    lines.add(
        "Decoding with %d positions filled; the floor is what reading weights and cache allows."
            .formatted(settings.filled()));
    lines.add("Loss is perplexity on a short text against f32.");
    lines.add("");
    lines.add(cells(head.stream()));
    lines.add(cells(head.stream().map(_ -> "---")));
    report.rows().forEach(row -> lines.add(cells(row(row, head.size()))));
    return String.join("\n", lines) + "\n";
  }

  /** One row without the table around it. */
  static String line(Row row) {
    return switch (row) {
      case Row.Measured measured ->
          "%s: prefill %s tok/s, decode %s"
              .formatted(
                  measured.precision(),
                  number(measured.prefill(), 0),
                  measured.decode().stream()
                      .map(d -> "x%d %s".formatted(d.batch(), number(d.tokensPerSecond(), 0)))
                      .collect(Collectors.joining(", ")));
      case Row.Unavailable(String precision, String reason) ->
          precision + ": not on this machine: " + reason;
    };
  }

  private static Stream<String> row(Row row, int columns) {
    return switch (row) {
      case Row.Measured measured ->
          Stream.of(
                  Stream.of(measured.precision(), number(measured.prefill(), 0)),
                  measured.decode().stream().map(BenchmarkTable::decode),
                  Stream.of(
                      number(100 * measured.loss(), 2) + "%",
                      number(measured.loadSeconds(), 1) + " s"))
              .flatMap(cells -> cells);
      case Row.Unavailable(String precision, String reason) ->
          Stream.concat(
              Stream.of(precision, "not on this machine: " + reason),
              Stream.generate(() -> "").limit(columns - 2));
    };
  }

  private static String decode(Decode decode) {
    return "%s (%s)"
        .formatted(number(decode.tokensPerSecond(), 0), number(decode.floorTokensPerSecond(), 0));
  }

  private static String cells(Stream<String> cells) {
    return cells.collect(Collectors.joining(" | ", "| ", " |"));
  }

  private static String number(double value, int decimals) {
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }
}
