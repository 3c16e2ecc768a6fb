package dev.hone.cli;

import dev.hone.alignment.bench.CaseReport;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What the rounds of a case say together.
 *
 * @param unit what its examples are called
 * @param stepSeconds of a step on average, round by round
 * @param peakBytes the most of all rounds
 */
record CaseSummary(
    String name,
    String compute,
    String unit,
    Spread tokensPerSecond,
    Spread examplesPerSecond,
    Spread stepSeconds,
    long peakBytes,
    List<CaseRound> rounds) {
  /** Of one number over the rounds. */
  record Spread(double median, double lowest, double highest) {
    static Spread of(List<CaseReport> reports, ToDoubleFunction<CaseReport> number) {
      double[] sorted = reports.stream().mapToDouble(number).sorted().toArray();
      int middle = sorted.length / 2;
      double median =
          sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
      return new Spread(median, sorted[0], sorted[sorted.length - 1]);
    }
  }

  /**
   * @param rounds of one case, one at least
   */
  static CaseSummary of(String unit, List<CaseRound> rounds) {
    var reports = rounds.stream().map(CaseRound::report).toList();
    return new CaseSummary(
        reports.getFirst().name(),
        reports.getFirst().compute(),
        unit,
        Spread.of(reports, CaseReport::tokensPerSecond),
        Spread.of(reports, CaseReport::examplesPerSecond),
        Spread.of(reports, report -> report.seconds() / report.steps()),
        rounds.stream().mapToLong(CaseRound::peakBytes).max().orElseThrow(),
        List.copyOf(rounds));
  }
}
