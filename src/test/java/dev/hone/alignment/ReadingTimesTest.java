package dev.hone.alignment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReadingTimesTest {
  @Test
  void beforeTheFirstStepAndEachSoManyFurtherOnAndAfterTheLast() {
    assertThat(before(3, 8)).containsExactly(0, 3, 6);
    assertThat(after(3, 8)).containsExactly(7);
  }

  @Test
  void theLastStepHasOneReading() {
    assertThat(before(3, 7)).containsExactly(0, 3);
    assertThat(after(3, 7)).containsExactly(6);
    assertThat(before(3, 1)).isEmpty();
    assertThat(after(3, 1)).containsExactly(0);
  }

  @Test
  void neverIsNever() {
    assertThat(before(0, 8)).isEmpty();
    assertThat(after(0, 8)).isEmpty();
  }

  @Test
  void whereNobodySaysHowOftenItFollowsFromTheSteps() {
    assertThat(often(12)).isEqualTo(5);
    assertThat(often(64)).isEqualTo(16);
    assertThat(often(66)).isEqualTo(17);
    assertThat(often(1000)).isEqualTo(50);
    assertThat(ReadingTimes.of(OptionalInt.of(0), 64).every()).isZero();
  }

  private static int often(int steps) {
    return ReadingTimes.of(OptionalInt.empty(), steps).every();
  }

  private static List<Integer> before(int every, int steps) {
    var times = new ReadingTimes(every, steps);
    return IntStream.range(0, steps).filter(times::before).boxed().toList();
  }

  private static List<Integer> after(int every, int steps) {
    var times = new ReadingTimes(every, steps);
    return IntStream.range(0, steps).filter(times::after).boxed().toList();
  }
}
