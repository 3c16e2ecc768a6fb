package dev.hone.alignment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckpointEveryTest {
  @ParameterizedTest
  @CsvSource({
    "60, 0, 1000, 59, false",
    "60, 0, 1, 60, true",
    "60, 5, 4, 59, false",
    "60, 5, 5, 1, true",
    "60, 5, 1, 61, true",
  })
  void whicheverComesFirst(double seconds, int steps, int done, double worked, boolean due) {
    var saved = new Progress("job", 7, 100, 0, Map.of(), null);
    var now = new Progress("job", 7 + done, 100 + worked, 0, Map.of(), null);
    assertThat(new CheckpointEvery(seconds, steps).due(saved, now, 10_000)).isEqualTo(due);
    assertThat(CheckpointEvery.NEVER.due(saved, now, 10_000)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"8, false", "9, true"})
  void beforeTheLastOfTen(int done, boolean due) {
    var saved = Progress.start("job");
    var now = new Progress("job", done, 1, 0, Map.of(), null);
    assertThat(new CheckpointEvery(60, 0).due(saved, now, 10)).isEqualTo(due);
    assertThat(CheckpointEvery.NEVER.due(saved, now, 10)).isFalse();
  }
}
