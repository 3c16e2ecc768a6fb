package dev.hone.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hone.alignment.PairScore;
import java.util.List;
import org.junit.jupiter.api.Test;

class PreferenceTallyTest {
  @Test
  void countsByHand() {
    var report =
        report(
            0.1,
            // Rewards 2 over -1; mean log-probs -1 under -0.5; chosen longer.
            new PairScore(-8, -2, -10, -1, 8, 4, 0.6),
            // Rewards -1 under 0; mean log-probs -2 over -3; chosen shorter.
            new PairScore(-4, -9, -3, -9, 2, 3, 0.5));
    assertThat(report.pairs()).isEqualTo(2);
    assertThat(report.skipped()).isEqualTo(7);
    assertThat(report.accuracy()).isEqualTo(0.5);
    assertThat(report.low()).isCloseTo(0.0945, within(1e-4));
    assertThat(report.high()).isCloseTo(0.9055, within(1e-4));
    assertThat(report.margin()).isCloseTo(0.1 * (3 - 1) / 2, within(1e-12));
    assertThat(report.logprobAccuracy()).isEqualTo(0.5);
    assertThat(report.lengthBaseline()).isEqualTo(0.5);
    assertThat(report.kl()).isCloseTo(1.1 / 17, within(1e-12));
  }

  @Test
  void tiesCountHalf() {
    var tie = new PairScore(-4, -4, -4, -4, 3, 3, 0);
    var won = new PairScore(-4, -6, -5, -5, 3, 6, 0.1);
    var report = report(0.1, tie, won);
    assertThat(report.accuracy()).isEqualTo(0.75);
    assertThat(report.logprobAccuracy()).isEqualTo(0.25);
    assertThat(report.lengthBaseline()).isEqualTo(0.75);
  }

  @Test
  void aVersionAgainstItselfIsUndecided() {
    var report =
        report(0.1, new PairScore(-4, -9, -4, -9, 5, 6, 0), new PairScore(-3, -1, -3, -1, 5, 6, 0));
    assertThat(report.accuracy()).isEqualTo(0.5);
    assertThat(report.margin()).isZero();
    assertThat(report.kl()).isZero();
  }

  @Test
  void nothingHasNoNumbers() {
    assertThat(new PreferenceTally(0.1).report(3))
        .isEqualTo(new PreferenceReport(0, 3, null, null, null, null, null, null, null));
  }

  private static PreferenceReport report(double beta, PairScore... scores) {
    var tally = new PreferenceTally(beta);
    List.of(scores).forEach(tally::add);
    return tally.report(7);
  }
}
