package dev.hone.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CalibrationTest {
  @Test
  void aJudgeThatNeverKnowsIsAsSureAsItIsRight() {
    var calibration = Calibration.of(new double[3]);
    assertThat(calibration.error()).isZero();
    assertThat(calibration.brier()).isEqualTo(0.25);
    assertThat(calibration.logLoss()).isCloseTo(Math.log(2), within(1e-15));
    assertThat(calibration.bins()).hasSize(10);
    assertThat(calibration.bins().getFirst())
        .isEqualTo(new Calibration.Bin(0.5, 0.55, 3, 0.5, 0.5));
    assertThat(calibration.bins().getLast()).isEqualTo(new Calibration.Bin(0.95, 1, 0, null, null));
  }

  /** Four pairs: sure of 0.8 and right twice of three, sure of 0.6 and right. */
  @Test
  void numbersByHand() {
    var calibration = Calibration.of(new double[] {odds(0.8), odds(0.8), -odds(0.8), odds(0.6)});
    assertThat(calibration.error())
        .isCloseTo(0.75 * (0.8 - 2 / 3.0) + 0.25 * (1 - 0.6), within(1e-12));
    assertThat(calibration.brier()).isCloseTo((2 * 0.04 + 0.64 + 0.16) / 4, within(1e-12));
    assertThat(calibration.logLoss())
        .isCloseTo(-(2 * Math.log(0.8) + Math.log(0.2) + Math.log(0.6)) / 4, within(1e-12));
    var sure = calibration.bins().get(6);
    assertThat(sure.from()).isEqualTo(0.8);
    assertThat(sure.to()).isEqualTo(0.85);
    assertThat(sure.pairs()).isEqualTo(3);
    assertThat(sure.confidence()).isCloseTo(0.8, within(1e-12));
    assertThat(sure.accuracy()).isEqualTo(2 / 3.0);
  }

  @Test
  void whoeverIsCertainAndWrongPaysForItWithoutOverflow() {
    var calibration = Calibration.of(new double[] {-1000, 1000});
    assertThat(calibration.error()).isEqualTo(0.5);
    assertThat(calibration.brier()).isEqualTo(0.5);
    assertThat(calibration.logLoss()).isEqualTo(500);
    assertThat(calibration.bins().getLast()).isEqualTo(new Calibration.Bin(0.95, 1, 2, 1.0, 0.5));
  }

  @Test
  void everyPairIsInOneBin() {
    double[] margins = IntStream.range(-500, 500).mapToDouble(i -> i / 50.0).toArray();
    var bins = Calibration.of(margins).bins();
    assertThat(bins.stream().mapToInt(Calibration.Bin::pairs).sum()).isEqualTo(1000);
    assertThat(bins)
        .allSatisfy(bin -> assertThat(bin.confidence()).isBetween(bin.from(), bin.to() + 1e-12));
  }

  /** The margin that a judge has who is so sure. */
  private static double odds(double confidence) {
    // A little above, so that rounding does not put it below its bin.
    return Math.log(confidence / (1 - confidence)) + 1e-13;
  }
}
