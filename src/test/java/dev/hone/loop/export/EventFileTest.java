package dev.hone.loop.export;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hone.model.SmallModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EventFileTest {
  private static final Path GOLDEN = SmallModel.resource("golden/events");
  private static final Instant BEGUN = Instant.parse("2026-01-02T03:04:05Z");

  @Test
  void isWhatTensorBoardWrites() throws IOException {
    var file = new ByteArrayOutputStream();
    EventFile.write(rows(), BEGUN, file);
    assertThat(file.toByteArray()).isEqualTo(Files.readAllBytes(GOLDEN.resolve("golden.tfevents")));
  }

  @Test
  void stagesAreKeptApart() throws IOException {
    var row =
        new StepRow(Optional.of(2), 1, Optional.empty(), Map.of(), Map.of("eval/accuracy", 0.5));
    var file = new ByteArrayOutputStream();
    EventFile.write(List.of(row), BEGUN, file);
    assertThat(file.toString(UTF_8)).contains("stage-2/eval/accuracy");
  }

  @Test
  void hasANameThatTensorBoardTakesForItsOwn() {
    assertThat(EventFile.name("r7", BEGUN)).isEqualTo("events.out.tfevents.1767323045.r7");
  }

  private static List<StepRow> rows() throws IOException {
    var json = new ObjectMapper();
    var rows = new ArrayList<StepRow>();
    for (String line : Files.readAllLines(GOLDEN.resolve("steps.jsonl"))) {
      rows.add(StepRow.of(json.readTree(line)));
    }
    return rows;
  }
}
