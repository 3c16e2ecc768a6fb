package dev.hone.alignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import ai.djl.ndarray.NDManager;
import dev.hone.model.SmallModel;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComputeMeterTest {
  private static ComputeType fastest(List<Integer> f32, List<Integer> bf16) {
    var ofF32 = f32.iterator();
    var ofBf16 = bf16.iterator();
    var chosen = ComputeMeter.fastest(ofF32::next, ofBf16::next);
    assertThat(ofF32).isExhausted();
    assertThat(ofBf16).isExhausted();
    return chosen;
  }

  @Test
  void theFasterOneIsChosenByItsFastestRunBehindTheWarmUp() {
    assertThat(fastest(List.of(9, 20, 21, 90), List.of(50, 90, 19, 90)))
        .isEqualTo(ComputeType.BF16);
    assertThat(fastest(List.of(50, 20, 90, 90), List.of(9, 21, 21, 21))).isEqualTo(ComputeType.F32);
  }

  @Test
  void whatIsHopelessInItsWarmUpIsNotRunAgain() {
    assertThat(fastest(List.of(10), List.of(81))).isEqualTo(ComputeType.F32);
  }

  @Test
  void bothComputeTypesCanBeTimed() {
    try (var manager = NDManager.newBaseManager()) {
      assertThatCode(() -> ComputeMeter.fastest(manager, SmallModel.PLAIN.folder()))
          .doesNotThrowAnyException();
    }
  }
}
