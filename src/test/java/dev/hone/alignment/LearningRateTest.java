package dev.hone.alignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LearningRateTest {
  @Test
  void itRisesThenFallsAlongACosine() {
    var rate = new LearningRate(1, 0.2, 20);
    assertThat(rate.at(0)).isEqualTo(0.25);
    assertThat(rate.at(3)).isEqualTo(1);
    assertThat(rate.at(4)).isEqualTo(1);
    assertThat(rate.at(12)).isCloseTo(0.5, within(1e-12));
    assertThat(rate.at(19)).isBetween(0.001, 0.01);
  }

  @Test
  void withoutWarmUpItStartsAtThePeak() {
    assertThat(new LearningRate(0.5, 0, 1).at(0)).isEqualTo(0.5);
  }
}
