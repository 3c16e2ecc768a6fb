package dev.hone.alignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LearningRateTest {
  @Test
  void itRisesThenFallsAlongACosine() {
    var rate = new LearningRate(1, 0.2, Schedule.COSINE, 20);
    assertThat(rate.at(0)).isEqualTo(0.25);
    assertThat(rate.at(3)).isEqualTo(1);
    assertThat(rate.at(4)).isEqualTo(1);
    assertThat(rate.at(12)).isCloseTo(0.5, within(1e-12));
    assertThat(rate.at(19)).isBetween(0.001, 0.01);
  }

  @Test
  void itCanFallInOtherWaysOrStay() {
    assertThat(new LearningRate(1, 0.2, Schedule.CONSTANT, 20).at(19)).isEqualTo(1);
    var linear = new LearningRate(1, 0.2, Schedule.LINEAR, 20);
    assertThat(linear.at(3)).isEqualTo(1);
    assertThat(linear.at(12)).isCloseTo(0.5, within(1e-12));
    assertThat(linear.at(19)).isCloseTo(1 / 16.0, within(1e-12));
    var trapezoid = new LearningRate(1, 0, Schedule.TRAPEZOID, 100);
    assertThat(trapezoid.at(79)).isEqualTo(1);
    assertThat(trapezoid.at(90)).isCloseTo(0.5, within(1e-12));
    assertThat(trapezoid.at(99)).isCloseTo(0.05, within(1e-12));
  }

  @Test
  void withoutWarmUpItStartsAtThePeak() {
    assertThat(new LearningRate(0.5, 0, Schedule.COSINE, 1).at(0)).isEqualTo(0.5);
  }
}
