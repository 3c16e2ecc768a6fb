package dev.hone.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.model.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrecisionRecordTest {
  private static final PrecisionRecord.Subject SUBJECT =
      new PrecisionRecord.Subject("a cpu", 2, "2.7.1", "a model", 100);

  @TempDir Path data;

  @Test
  void whatWasMeasuredIsKept() {
    var record =
        new PrecisionRecord(
            SUBJECT,
            List.of(
                new PrecisionTrial.Usable(
                    Precision.F32_PREPACKED,
                    new TextLoss.Loss(0.001, 0.0005),
                    new PrecisionTrial.Speeds(new PerBatch<>(List.of(1.0, 2.0, 3.0, 4.0)), 5)),
                new PrecisionTrial.TooLossy(Precision.INT8, new TextLoss.Loss(0.2, 0.01)),
                new PrecisionTrial.Unavailable(Precision.BF16_PREPACKED, "needs avx512")));
    assertThat(record.covers(List.of(Precision.INT8, Precision.BF16_PREPACKED))).isTrue();
    assertThat(record.covers(List.of(Precision.INT8, Precision.INT4))).isFalse();
    record.write(file());
    assertThat(PrecisionRecord.read(file(), SUBJECT)).contains(record);
  }

  @Test
  void itIsGoodOnlyForWhatItWasMeasuredOn() {
    new PrecisionRecord(SUBJECT, List.of()).write(file());
    var other = new PrecisionRecord.Subject("another cpu", 2, "2.7.1", "a model", 100);
    assertThat(PrecisionRecord.read(file(), other)).isEmpty();
    assertThat(PrecisionRecord.read(data.resolve("absent"), SUBJECT)).isEmpty();
  }

  @Test
  void whatAFormerReleaseWroteIsMeasuredAnew() throws IOException {
    Files.writeString(
        file(),
        """
        {"subject": {"cpu": "a cpu", "threads": 2, "libtorch": "2.7.1", "model": "a model", "modelBytes": 100},
         "trials": [{"outcome": "usable", "precision": "INT4", "loss": 0.001,
                     "tokensPerSecond": {"single": 1.0, "batch": 2.0, "prefill": 3.0}}]}
        """);
    assertThat(PrecisionRecord.read(file(), SUBJECT)).isEmpty();
  }

  @Test
  void aDamagedFileSaysWhatToDo() throws IOException {
    Files.writeString(file(), "{");
    assertThatThrownBy(() -> PrecisionRecord.read(file(), SUBJECT))
        .hasMessageContaining("precision.json is damaged; delete it");
  }

  private Path file() {
    return data.resolve("precision.json");
  }
}
