package dev.hone.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.alignment.PairScore;
import dev.hone.evaluation.SampleLog.Entry;
import dev.hone.evaluation.SampleLog.Of;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleLogTest {
  private static final Entry.Pair PAIR =
      new Entry.Pair(0, new PairScore(-1.25, -2, -3, -4.1, 5, 6, 1e-7));
  private static final Entry.Repeat REPEAT = new Entry.Repeat(Of.CANDIDATE, 3, "Ja, \"gut\" ü\n😀");

  @TempDir Path folder;

  @Test
  void whatWasMeasuredIsThereAgainToTheLastBit() {
    try (var log = SampleLog.open(file(), "a")) {
      log.add(List.of(PAIR, REPEAT));
    }
    try (var log = SampleLog.open(file(), "a")) {
      assertThat(log.of(Entry.Pair.class)).containsExactly(PAIR);
      assertThat(log.of(Entry.Repeat.class)).containsExactly(REPEAT);
    }
  }

  @Test
  void numbersThatAreNoneAreKept() {
    var broken = new PairScore(Double.NaN, Double.NEGATIVE_INFINITY, -3, -4, 5, 6, Double.NaN);
    try (var log = SampleLog.open(file(), "a")) {
      log.add(List.of(new Entry.Pair(0, broken)));
    }
    try (var log = SampleLog.open(file(), "a")) {
      assertThat(log.of(Entry.Pair.class)).containsExactly(new Entry.Pair(0, broken));
    }
  }

  @Test
  void aLineThatAKillCutInTwoIsMeasuredAgain() throws IOException {
    try (var log = SampleLog.open(file(), "a")) {
      log.add(List.of(PAIR));
    }
    Files.writeString(file(), "{\"kind\":\"repeat\",\"of\":\"CAND", StandardOpenOption.APPEND);
    try (var log = SampleLog.open(file(), "a")) {
      assertThat(log.of(Entry.Pair.class)).containsExactly(PAIR);
      log.add(List.of(REPEAT));
    }
    try (var log = SampleLog.open(file(), "a")) {
      assertThat(log.of(Entry.Repeat.class)).containsExactly(REPEAT);
    }
  }

  @Test
  void anotherJobBeginsAnew() {
    try (var log = SampleLog.open(file(), "a")) {
      log.add(List.of(PAIR));
    }
    try (var log = SampleLog.open(file(), "b")) {
      assertThat(log.of(Entry.Pair.class)).isEmpty();
    }
  }

  private Path file() {
    return folder.resolve("samples.jsonl");
  }
}
