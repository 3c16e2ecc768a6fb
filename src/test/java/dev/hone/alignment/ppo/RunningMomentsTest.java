package dev.hone.alignment.ppo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class RunningMomentsTest {
  private final double[] numbers = new SplittableRandom(1).doubles(500, 1e6, 1e6 + 2).toArray();

  @Test
  void momentsAreThoseOfTwoPassesEvenFarFromZero() {
    double mean = DoubleStream.of(numbers).map(x -> x - 1e6).average().orElseThrow() + 1e6;
    double variance = DoubleStream.of(numbers).map(x -> (x - mean) * (x - mean)).sum() / 499;
    var moments = RunningMoments.NONE.with(numbers);
    assertThat(moments.mean()).isCloseTo(mean, within(1e-8));
    assertThat(moments.variance()).isCloseTo(variance, within(1e-8));
    assertThat(moments.standardised(1e6)).isCloseTo(-1 / Math.sqrt(1 / 3.0), within(0.1));
  }

  @Test
  void partsTogetherAreTheWhole() {
    var whole = RunningMoments.NONE.with(numbers);
    for (int cut : new int[] {0, 1, 17, 500}) {
      var first = RunningMoments.NONE.with(Arrays.copyOf(numbers, cut));
      var second = RunningMoments.NONE.with(Arrays.copyOfRange(numbers, cut, numbers.length));
      var both = first.merged(second);
      assertThat(both.count()).isEqualTo(500);
      assertThat(both.mean()).isCloseTo(whole.mean(), within(1e-8));
      assertThat(both.variance()).isCloseTo(whole.variance(), within(1e-8));
    }
  }

  @Test
  void fewerThanTwoNumbersDoNotVary() {
    assertThat(RunningMoments.NONE.variance()).isZero();
    assertThat(RunningMoments.NONE.with(3).variance()).isZero();
    assertThat(RunningMoments.NONE.with(3).standardised(3)).isZero();
  }

  @Test
  void theirStateIsWrittenAndReadAgain() throws JsonProcessingException {
    var json = new JsonMapper();
    var moments = RunningMoments.NONE.with(numbers);
    assertThat(json.readValue(json.writeValueAsString(moments), RunningMoments.class))
        .isEqualTo(moments);
  }
}
