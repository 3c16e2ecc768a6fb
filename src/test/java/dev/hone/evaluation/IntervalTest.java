package dev.hone.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IntervalTest {
  @Test
  void wilsonEndsAtTheEnds() {
    for (int count = 1; count < 200; count++) {
      assertThat(Interval.wilson(0, count).low()).isZero();
      assertThat(Interval.wilson(count, count).high()).isEqualTo(1);
    }
  }

  /** Newcombe 1998, Statistics in Medicine 17, table I, method 3. */
  @ParameterizedTest
  @CsvSource({
    "81, 263, 0.2553, 0.3662",
    "15, 148, 0.0624, 0.1605",
    "0, 20, 0.0000, 0.1611",
    "1, 29, 0.0061, 0.1718"
  })
  void wilsonIsThatOfTheLiterature(int successes, int count, double low, double high) {
    var interval = Interval.wilson(successes, count);
    assertThat(interval.low()).isCloseTo(low, within(5e-5));
    assertThat(interval.high()).isCloseTo(high, within(5e-5));
  }

  @Test
  void tiesLieBetweenASuccessAndAFailure() {
    var interval = Interval.wilson(50.5, 100);
    assertThat(interval.low())
        .isStrictlyBetween(Interval.wilson(50, 100).low(), Interval.wilson(51, 100).low());
  }

  @Test
  void aPairedBootstrapSeesWhatThePromptsHideFromASingleColumn() {
    double[] parent = new double[40];
    double[] candidate = new double[40];
    for (int i = 0; i < parent.length; i++) {
      parent[i] = 10 + i * i;
      candidate[i] = 1.1 * parent[i];
    }
    var ratio = Bootstrap.interval(parent, candidate, (a, b) -> b / a);
    assertThat(ratio.low()).isCloseTo(1.1, within(1e-9));
    assertThat(ratio.high()).isCloseTo(1.1, within(1e-9));
    assertThat(Bootstrap.interval(parent, candidate, (a, _) -> a / 40).high()).isGreaterThan(650);
  }

  @Test
  void theSameItemsHaveTheSameInterval() {
    double[] items = {1, 5, 2, 8, 3};
    double[] others = {2, 2, 2, 2, 2};
    assertThat(Bootstrap.interval(items, others, (a, b) -> a / b))
        .isEqualTo(Bootstrap.interval(items, others, (a, b) -> a / b));
  }

  /** Of a mean the jackknife's standard error is the usual one. */
  @Test
  void theJackknifeOfAMeanIsItsStandardError() {
    double[] values = {1, 5, 2, 8, 3, 11};
    double sum = Arrays.stream(values).sum();
    double[] leftOut = Arrays.stream(values).map(value -> (sum - value) / 5).toArray();
    double variance = Arrays.stream(values).map(v -> (v - 5) * (v - 5)).sum() / 5;
    var interval = Interval.jackknife(5, leftOut);
    assertThat(interval.high() - 5).isCloseTo(1.959964 * Math.sqrt(variance / 6), within(1e-5));
    assertThat(5 - interval.low()).isCloseTo(interval.high() - 5, within(1e-12));
  }
}
