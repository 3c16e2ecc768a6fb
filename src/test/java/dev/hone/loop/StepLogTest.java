package dev.hone.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.alignment.StepReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StepLogTest {
  @TempDir Path folder;

  @Test
  void aResumedTrainingTakesThePlaceOfWhatItDoesAgain() {
    log(1, 2, 3, 4);
    log(3, 4, 5);

    assertThat(steps()).containsExactly(1, 2, 3, 4, 5);
  }

  @Test
  void whoeverAddsAStepHearsOfThoseOfFormerWorkersToo() {
    log(1, 2, 3);
    var next = new StepLog(file());
    assertThat(next.add(null, report(3))).extracting(StepReport::step).containsExactly(1, 2, 3);
    assertThat(next.add(null, report(4)))
        .isEqualTo(List.of(report(1), report(2), report(3), report(4)));
  }

  @Test
  void aStepIsWrittenDownWithItsTime() {
    Instant now = Instant.parse("2026-01-02T03:04:05.678Z");
    new StepLog(file(), Clock.fixed(now, ZoneOffset.UTC)).add(null, report(1));
    assertThat(new StepLog(file()).read().getFirst().path("time").asText())
        .isEqualTo(now.toString());
  }

  @Test
  void aLogOfAnEarlierReleaseHasNoTimes() throws Exception {
    Files.writeString(
        file(),
        "{\"step\":1,\"steps\":2,\"loss\":\"NaN\",\"learningRate\":1e-4,\"metrics\":{\"kl\":0.5}}\n");
    var steps = new StepLog(file()).add(null, report(2));
    assertThat(steps.getFirst().loss()).isNaN();
    assertThat(steps.getFirst().metrics()).isEqualTo(Map.of("kl", 0.5));
    assertThat(new StepLog(file()).read().getFirst().has("time")).isFalse();
  }

  @Test
  void aLineThatWasCutIsNoLine() throws Exception {
    log(1, 2);
    Files.writeString(file(), "{\"step\":3,\"st", StandardOpenOption.APPEND);
    assertThat(steps()).containsExactly(1, 2);

    log(3);
    assertThat(steps()).containsExactly(1, 2, 3);
  }

  @Test
  void beforeTheFirstStepThereIsNone() {
    assertThat(steps()).isEmpty();
  }

  @Test
  void aStageThatGoesOnLeavesTheOthersAsTheyAre() {
    var first = new StepLog(file());
    first.add(1, report(1));
    first.add(1, report(2));
    first.add(2, report(1));
    first.add(2, report(2));
    var second = new StepLog(file());
    second.add(2, report(2));
    second.add(2, report(3));

    assertThat(steps()).containsExactly(1, 2, 1, 2, 3);
    assertThat(new StepLog(file()).read())
        .extracting(line -> line.path("stage").asInt())
        .containsExactly(1, 1, 2, 2, 2);
  }

  @Test
  void whereThereIsOneStageItIsNotNamed() {
    log(1);
    assertThat(new StepLog(file()).read().getFirst().has("stage")).isFalse();
  }

  private Path file() {
    return folder.resolve("progress.jsonl");
  }

  private void log(int... steps) {
    var log = new StepLog(file());
    for (int step : steps) {
      log.add(null, report(step));
    }
  }

  private static StepReport report(int step) {
    return new StepReport(step, 5, 0.6, 1e-4, 1, 2, 3, Map.of("rewards/margins", 0.1));
  }

  private List<Integer> steps() {
    return new StepLog(file()).read().stream().map(line -> line.path("step").asInt()).toList();
  }
}
