package dev.hone.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.model.Precision;
import dev.hone.model.SmallModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RolloutPrecisionTest {
  private static final TextLoss.Loss LITTLE = new TextLoss.Loss(0.001, 0.0005);
  private static final PrecisionTrial F32 =
      usable(Precision.F32_PREPACKED, List.of(50.0, 60.0, 70.0, 100.0), 1_000);
  private static final PrecisionTrial INT8 =
      usable(Precision.INT8, List.of(60.0, 80.0, 120.0, 300.0), 900);
  private static final PrecisionTrial INT4 =
      usable(Precision.INT4, List.of(200.0, 210.0, 220.0, 310.0), 100);

  @TempDir Path folder;

  @Test
  void theFastestIsSoForPromptsAndAnswersTogether() {
    var trials =
        List.of(new PrecisionTrial.Unavailable(Precision.BF16_PREPACKED, "no"), F32, INT8, INT4);
    assertThat(RolloutPrecision.fastest(trials, 16)).isEqualTo(Precision.INT8);
    assertThat(RolloutPrecision.fastest(trials, 1)).isEqualTo(Precision.INT4);
    assertThat(RolloutPrecision.fastest(List.of(F32), 4)).isEqualTo(Precision.F32_PREPACKED);
    var lossy = List.<PrecisionTrial>of(new PrecisionTrial.TooLossy(Precision.INT8, LITTLE));
    assertThatThrownBy(() -> RolloutPrecision.fastest(lossy, 4))
        .hasMessageContaining("no precision is usable");
  }

  @Test
  void itStaysWhatItWasWhenTheTrainingBegan() throws IOException {
    Path base = SmallModel.PLAIN.folder();
    Path measured = folder.resolve("precision.json");
    Path kept = folder.resolve("round/rollouts.json");
    try (var manager = Torch.manager()) {
      var subject = MeasuredPrecisions.subject(manager, base);
      new PrecisionRecord(subject, all(INT8)).write(measured);
      assertThat(RolloutPrecision.of(manager, base, measured, kept, 16, () -> {}))
          .isEqualTo(Precision.INT8);
      new PrecisionRecord(subject, all(F32)).write(measured);
      assertThat(RolloutPrecision.of(manager, base, measured, kept, 16, () -> {}))
          .isEqualTo(Precision.INT8);
      Files.writeString(kept, "{");
      assertThatThrownBy(() -> RolloutPrecision.of(manager, base, measured, kept, 16, () -> {}))
          .hasMessageContaining("rollouts.json is damaged");
    }
  }

  /** So that nothing is left to be measured. */
  private static List<PrecisionTrial> all(PrecisionTrial usable) {
    var trials = new ArrayList<PrecisionTrial>(List.of(usable));
    for (Precision precision : PrecisionMeter.CANDIDATES) {
      if (precision != usable.precision()) {
        trials.add(new PrecisionTrial.Unavailable(precision, "not here"));
      }
    }
    return trials;
  }

  private static PrecisionTrial usable(Precision precision, List<Double> decode, double prefill) {
    return new PrecisionTrial.Usable(
        precision, LITTLE, new PrecisionTrial.Speeds(new PerBatch<>(decode), prefill));
  }
}
