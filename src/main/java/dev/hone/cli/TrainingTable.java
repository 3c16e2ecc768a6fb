package dev.hone.cli;

import dev.hone.cli.CaseSummary.Spread;
import java.util.List;
import java.util.Locale;

/** How fast trainings were, as a table and as lines. */
final class TrainingTable {
  private static final String HEAD =
      """
      | case | computed in | tok/s | lowest to highest | examples/s | a step | peak memory |
      | --- | --- | --- | --- | --- | --- | --- |
      """;

  private TrainingTable() {}

  static String of(List<CaseSummary> cases) {
    return cases.stream().map(TrainingTable::row).reduce(HEAD, (table, row) -> table + row);
  }

  private static String row(CaseSummary summary) {
    Spread tokens = summary.tokensPerSecond();
    var cells =
        List.of(
            summary.name(),
            summary.compute(),
            number(tokens.median(), 0),
            number(tokens.lowest(), 0) + " to " + number(tokens.highest(), 0),
            number(summary.examplesPerSecond().median(), 2) + " " + summary.unit(),
            number(summary.stepSeconds().median(), 2) + " s",
            gigabytes(summary.peakBytes()));
    return "| " + String.join(" | ", cells) + " |\n";
  }

  static String line(CaseRound round) {
    var report = round.report();
    return "%s in %s: %s tok/s, %s s a step, %s"
        .formatted(
            report.name(),
            report.compute(),
            number(report.tokensPerSecond(), 0),
            number(report.seconds() / report.steps(), 2),
            gigabytes(round.peakBytes()));
  }

  private static String gigabytes(long bytes) {
    return number(bytes / 1e9, 2) + " GB";
  }

  private static String number(double value, int decimals) {
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }
}
