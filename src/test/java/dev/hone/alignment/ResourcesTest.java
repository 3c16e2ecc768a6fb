package dev.hone.alignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.model.Architecture;
import dev.hone.model.LoraShape;
import dev.hone.model.LoraTarget;
import dev.hone.model.Rope;
import java.nio.file.Path;
import java.util.Set;
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
          1e-5,
          new Rope(1e4, new Rope.Scaling.None()),
          true,
          false,
          false);
  private static final LoraShape SHAPE =
      new LoraShape(16, 32, Set.of(LoraTarget.Q, LoraTarget.K, LoraTarget.V, LoraTarget.O));

  @TempDir Path folder;

  /** Measured peaks of the process: docs/algorithms/dpo.md. */
  @Test
  void memoryIsEstimatedToATenthOfWhatWasMeasured() {
    assertThat(megabytes(444, 188)).isBetween(0.9 * 1734, 1.1 * 1734);
  }

  private static double megabytes(int rows, int targets) {
    return Resources.of(DEFAULT_MODEL, ComputeType.F32, SHAPE, rows, targets).memory() / 1e6;
  }

  @Test
  void tooLittleIsSaidWithBothNumbers() {
    assertThatThrownBy(() -> new Resources(1L << 60, 0).check(folder))
        .isInstanceOfSatisfying(
            TrainingException.class, e -> assertThat(e.code()).isEqualTo("too_little_memory"))
        .hasMessageContaining("1099511627776 MiB");
    assertThatThrownBy(() -> new Resources(0, 1L << 60).check(folder))
        .isInstanceOfSatisfying(
            TrainingException.class, e -> assertThat(e.code()).isEqualTo("too_little_disk"));
    assertThatCode(() -> new Resources(1, 1).check(folder)).doesNotThrowAnyException();
  }
}
