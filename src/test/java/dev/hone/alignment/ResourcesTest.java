package dev.hone.alignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.inference.FakeMemory;
import dev.hone.model.Architecture;
import dev.hone.model.Block;
import dev.hone.model.Layout;
import dev.hone.model.Rope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResourcesTest {
  private static final Architecture DEFAULT_MODEL =
      new Architecture(
          49152,
          576,
          30,
          9,
          3,
          64,
          1536,
          2048,
          2048,
          new Rope(1e4, new Rope.Scaling.None()),
          new Block(Block.Norm.RMS, 1e-5, false, Block.Mlp.GATED_SILU, Block.Biases.NONE),
          Layout.LLAMA,
          true);
  private static final String LESS = "a smaller colour takes less";

  @TempDir Path folder;

  /** Measured once, in f32: 1734 MB for 444 rows of which 188 are answer tokens. */
  @Test
  void memoryIsEstimatedToATenthOfWhatWasMeasured() {
    assertThat(megabytes(444, 188)).isBetween(0.9 * 1734, 1.1 * 1734);
  }

  private static double megabytes(int rows, int targets) {
    return megabytes(rows, targets, Map.of());
  }

  private static double megabytes(int rows, int targets, Map<String, String> set) {
    var settings = AdapterSettings.of(new SettingsReader(set), "");
    return Resources.of(DEFAULT_MODEL, ComputeType.F32, settings, settings.shape(), rows, targets)
            .memory()
        / 1e6;
  }

  @Test
  void logitsTakeNoMoreForMoreTargetsThanAChunk() {
    assertThat(megabytes(2000, 1000)).isEqualTo(megabytes(2000, 256));
    assertThat(megabytes(2000, 256)).isGreaterThan(megabytes(2000, 100) + 25);
  }

  @Test
  void checkpointedStatesTakeLessAndAllWeightsMore() {
    double plain = megabytes(444, 188);
    assertThat(megabytes(444, 188, Map.of("gradientCheckpointing", "true")))
        .isLessThan(plain - 500);
    assertThat(megabytes(444, 188, Map.of("adapter", "full"))).isGreaterThan(plain + 4 * 4 * 134);
  }

  @Test
  void whatComesOneAfterTheOtherTakesWhatTheLargerOneDoesButLeavesBothsFiles() {
    var one = new Resources(3, 5);
    var other = new Resources(4, 7);
    assertThat(one.and(other)).isEqualTo(new Resources(7, 12));
    assertThat(one.then(other)).isEqualTo(new Resources(4, 12));
  }

  @Test
  void tooLittleIsSaidWithBothNumbers() {
    assertThatThrownBy(() -> new Resources(1L << 60, 0).check(folder, LESS))
        .isInstanceOfSatisfying(
            TrainingException.class, e -> assertThat(e.code()).isEqualTo("too_little_memory"))
        .hasMessageContaining("1099511627776 MiB")
        .hasMessageEndingWith("; " + LESS);
    assertThatThrownBy(() -> new Resources(0, 1L << 60).check(folder, LESS))
        .isInstanceOfSatisfying(
            TrainingException.class, e -> assertThat(e.code()).isEqualTo("too_little_disk"));
    assertThatCode(() -> new Resources(1, 1).check(folder, LESS)).doesNotThrowAnyException();
  }

  @Test
  void aContainersLimitIsWhatThereIs() throws IOException {
    var free = FakeMemory.machine(folder, 64L << 30);
    Files.writeString(folder.resolve("memory.max"), (3L << 20) + "\n");
    Files.writeString(folder.resolve("memory.current"), (1L << 20) + "\n");
    assertThatThrownBy(() -> new Resources(4L << 20, 0).check(folder, LESS, free))
        .hasMessageContaining("4 MiB")
        .hasMessageContaining("2 MiB are available");
    assertThatCode(() -> new Resources(2L << 20, 0).check(folder, LESS, free))
        .doesNotThrowAnyException();
  }
}
