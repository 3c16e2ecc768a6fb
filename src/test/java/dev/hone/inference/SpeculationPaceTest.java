package dev.hone.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

/** Steps by a clock that is told: a draft is always there. */
class SpeculationPaceTest {
  private static final double PLAIN = 0.010;
  private static final double VERIFYING = 0.018;
  private static final int STEPS = 5_000;

  private final SpeculationPace pace = new SpeculationPace();
  private int verified;
  private double seconds;
  private double tokens;

  @Test
  void nothingIsVerifiedBeforeItIsKnownWhatAPlainStepTakes() {
    assertThat(pace.tries(1)).isFalse();
    for (int i = 0; i < 4; i++) {
      assertThat(pace.tries(1)).isFalse();
      pace.stepped(1, false, 1, PLAIN);
    }
    assertThat(pace.tries(1)).isTrue();
    assertThat(pace.pays(1)).isFalse();
  }

  @Test
  void whereDraftsComeTrueMostStepsVerifyOne() {
    run(STEPS, _ -> 4);
    assertThat(verified).isGreaterThan(STEPS * 95 / 100);
    assertThat(pace.pays(1)).isTrue();
  }

  @Test
  void whereNoneComesTrueHardlyAnyTimeIsLost() {
    run(STEPS, _ -> 1);
    assertThat(verified).isBetween(5, 20);
    assertThat(seconds).isLessThan(1.01 * STEPS * PLAIN);
    assertThat(pace.pays(1)).isFalse();
  }

  @Test
  void whereTooFewComeTrueItStaysOff() {
    run(STEPS, step -> step % 3 == 0 ? 3 : 1);
    assertThat(tokens / seconds).isGreaterThan(0.98 / PLAIN);
  }

  @Test
  void itGoesOffWhereItStopsToPayAndOnWhereItPaysAgain() {
    run(500, _ -> 4);
    assertThat(pace.pays(1)).isTrue();
    run(100, _ -> 1);
    assertThat(pace.pays(1)).isFalse();
    assertThat(verified).isLessThan(530);
    verified = 0;
    run(1_000, _ -> 4);
    assertThat(pace.pays(1)).isTrue();
    assertThat(verified).isGreaterThan(500);
  }

  @Test
  void aStepThatWasHeldUpDecidesNothing() {
    run(200, _ -> 4);
    pace.stepped(1, true, 4, 60 * VERIFYING);
    assertThat(pace.pays(1)).isTrue();
  }

  @Test
  void aFirstMeasurementThatWasWrongIsCorrected() {
    for (int i = 0; i < 4; i++) {
      pace.stepped(1, false, 1, 30 * PLAIN);
    }
    run(STEPS, _ -> 1);
    assertThat(pace.pays(1)).isFalse();
  }

  @Test
  void eachSizeOfBatchIsJudgedByItself() {
    run(200, _ -> 4);
    assertThat(pace.pays(1)).isTrue();
    assertThat(pace.pays(5)).isFalse();
    for (int i = 0; i < 20; i++) {
      pace.stepped(5, false, 5, PLAIN);
      pace.stepped(7, true, 9, 3 * PLAIN);
    }
    assertThat(pace.pays(6)).isFalse();
    assertThat(pace.pays(1)).isTrue();
  }

  private void run(int steps, IntUnaryOperator drawn) {
    for (int step = 0; step < steps; step++) {
      boolean verifies = pace.tries(1);
      int got = verifies ? drawn.applyAsInt(step) : 1;
      double took = verifies ? VERIFYING : PLAIN;
      pace.stepped(1, verifies, got, took);
      verified += verifies ? 1 : 0;
      tokens += got;
      seconds += took;
    }
  }
}
