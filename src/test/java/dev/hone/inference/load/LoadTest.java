package dev.hone.inference.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class LoadTest {
  private final AtomicInteger numbers = new AtomicInteger();

  private static AnswerTimes answer(int tokens, double first, Double... gaps) {
    return new AnswerTimes(100, 3, tokens, first, List.of(gaps));
  }

  @Test
  void aPercentileIsAValueThatWasMeasured() {
    double[] values = {5, 1, 4, 2, 3};
    assertThat(Percentile.of(values, 0.5)).isEqualTo(3);
    assertThat(Percentile.of(values, 0.95)).isEqualTo(5);
    assertThat(Percentile.of(values, 0.2)).isEqualTo(1);
    assertThat(Percentile.of(new double[] {7}, 0.95)).isEqualTo(7);
    double[] hundred = DoubleStream.iterate(1, value -> value + 1).limit(100).toArray();
    assertThat(Percentile.of(hundred, 0.95)).isEqualTo(95);
    assertThat(values).containsExactly(5, 1, 4, 2, 3);
  }

  @Test
  void nothingMeasuredHasNoPercentile() {
    assertThatThrownBy(() -> Percentile.of(new double[0], 0.5))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Percentile.of(new double[] {1}, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aLevelSumsUpItsAnswers() {
    var level =
        LoadLevel.of(
            2, List.of(answer(64, 0.5, 0.01, 0.03), answer(32, 0.1, 0.02), answer(4, 0.9)), 4);
    assertThat(level.answers()).isEqualTo(3);
    assertThat(level.tokens()).isEqualTo(100);
    assertThat(level.tokensPerSecond()).isEqualTo(25);
    assertThat(level.firstTokenP50()).isEqualTo(0.5);
    assertThat(level.firstTokenP95()).isEqualTo(0.9);
    assertThat(level.interTokenP95()).isEqualTo(0.03);
    assertThat(level.promptTokens()).isEqualTo(100);
    assertThat(level.cachedTokens()).isEqualTo(9);
  }

  @Test
  void theFirstTokenIsTheFirstWithText() {
    var time = new long[] {0};
    var clock = new AnswerClock(() -> time[0] += 1_000_000_000L);
    clock.hear("");
    clock.hear("a");
    clock.hear("");
    clock.hear("b");
    var times = clock.ended(5, 0, 4);
    assertThat(times.firstSeconds()).isEqualTo(1, within(1e-9));
    assertThat(times.gaps()).containsExactly(1.0);
  }

  @Test
  void anAnswerWithoutTextIsFirstHeardOfAtItsEnd() {
    var time = new long[] {0};
    var clock = new AnswerClock(() -> time[0] += 1_000_000_000L);
    assertThat(clock.ended(5, 0, 4).firstSeconds()).isEqualTo(1, within(1e-9));
  }

  @Test
  void everyClientAsksAsOftenAsItShouldAndNothingTwice() throws InterruptedException {
    var asked = new ConcurrentSkipListSet<Integer>();
    var level =
        new Load(3, Duration.ZERO)
            .run(
                5,
                numbers,
                number -> {
                  assertThat(asked.add(number)).isTrue();
                  return answer(10, 0.1);
                });
    assertThat(level.answers()).isEqualTo(15);
    assertThat(level.tokens()).isEqualTo(150);
    assertThat(asked).hasSize(15);
  }

  @Test
  void aLevelLastsAsLongAsItWasToldTo() throws InterruptedException {
    var level = new Load(1, Duration.ofMillis(20)).run(1, numbers, _ -> answer(1, 0.1));
    assertThat(level.seconds()).isGreaterThanOrEqualTo(0.02);
    assertThat(level.answers()).isGreaterThan(1);
  }

  @Test
  void whatAClientMeetsIsThrown() {
    assertThatThrownBy(
            () ->
                new Load(1, Duration.ZERO)
                    .run(
                        2,
                        numbers,
                        _ -> {
                          throw new IllegalArgumentException("busy");
                        }))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("busy");
  }

  @Test
  void fewClientsAskMoreOften() {
    assertThat(Load.of(0, 1, Duration.ZERO).least()).isEqualTo(8);
    assertThat(Load.of(0, 3, Duration.ZERO).least()).isEqualTo(3);
    assertThat(Load.of(0, 32, Duration.ZERO).least()).isEqualTo(2);
    assertThat(Load.of(5, 32, Duration.ZERO).least()).isEqualTo(5);
  }
}
