package dev.hone.inference;

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
    var lines = new ArrayList<String>();
    lines.add(
        "Model %s on %s, %d threads, libtorch %s."
            .formatted(report.model(), report.cpu().model(), report.threads(), report.libtorch()));
    lines.add(line(report.limits()) + ".");
    lines.add("");
    lines.add(
        "Tokens per second, all sequences together: medians of up to %d steps after a warm-up; in"
                .formatted(report.repeats())
            + " brackets the share of what");
    lines.add(
        "memory and matrix products allow. Bold is what `auto` picks. Loss is of perplexity against f32"
            + " on %d tokens of the text that ships with Hone, read %d at a time,\n± its standard error."
                .formatted(report.text().tokens(), report.text().context()));
    lines.add("");
    var head = head(report);
    lines.add(cells(head.stream()));
    lines.add(cells(head.stream().map(_ -> "---")));
    report.rows().forEach(row -> lines.add(cells(row(row, head.size()))));
    return String.join("\n", lines) + "\n";
  }

  /** The columns are those of a row that was measured; all such have the same. */
  private static List<String> head(Report report) {
    var columns =
        report.rows().stream()
            .filter(Row.Measured.class::isInstance)
            .map(Row.Measured.class::cast)
            .findFirst()
            .map(
                row ->
                    Stream.concat(
                        row.prefill().stream().map(prefill -> "prefill " + prefill.tokens()),
                        row.decode().stream()
                            .map(
                                decode ->
                                    "decode x%d, KV %d"
                                        .formatted(decode.batch(), decode.filled()))))
            .orElse(Stream.of());
    return Stream.of(Stream.of("precision"), columns, Stream.of("loss", "load"))
        .flatMap(cells -> cells)
        .toList();
  }

  /** What the machine can do, without the end of the sentence. */
  static String line(HardwareLimits limits) {
    var matmul = limits.matmul();
    return "Memory is read at %s GB/s; matrix products: %s in f32, %s in bf16, %s in int8"
        .formatted(
            number(limits.memoryBytesPerSecond() / 1e9, 1),
            operations(matmul.f32()),
            operations(matmul.bf16()),
            operations(matmul.int8()));
  }

  private static String operations(double perSecond) {
    return perSecond == 0 ? "none" : number(perSecond / 1e9, 0) + " GFLOP/s";
  }

  /** One row without the table around it. */
  static String line(Row row) {
    return switch (row) {
      case Row.Measured measured ->
          "%s: prefill %s tok/s, decode %s"
              .formatted(
                  measured.precision(),
                  measured.prefill().stream()
                      .map(p -> "%d %s".formatted(p.tokens(), number(p.tokensPerSecond(), 0)))
                      .collect(Collectors.joining(", ")),
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
                  Stream.of(measured.precision()),
                  measured.prefill().stream()
                      .map(p -> speed(p.tokensPerSecond(), p.limitTokensPerSecond(), p.auto())),
                  measured.decode().stream()
                      .map(d -> speed(d.tokensPerSecond(), d.limitTokensPerSecond(), d.auto())),
                  Stream.of(measured.loss().describe(), number(measured.loadSeconds(), 1) + " s"))
              .flatMap(cells -> cells);
      case Row.Unavailable(String precision, String reason) ->
          Stream.concat(
              Stream.of(precision, "not on this machine: " + reason),
              Stream.generate(() -> "").limit(Math.max(0, columns - 2)));
    };
  }

  private static String speed(double tokensPerSecond, double limit, boolean auto) {
    String speed = number(tokensPerSecond, 0);
    return "%s (%s%%)"
        .formatted(auto ? "**" + speed + "**" : speed, number(100 * tokensPerSecond / limit, 0));
  }

  private static String cells(Stream<String> cells) {
    return cells.collect(Collectors.joining(" | ", "| ", " |"));
  }

  private static String number(double value, int decimals) {
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }
}
