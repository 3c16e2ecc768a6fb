package dev.hone.alignment;

import static org.assertj.core.api.Assertions.assertThatCode;

import ai.djl.ndarray.NDManager;
import dev.hone.model.SmallModel;
import org.junit.jupiter.api.Test;

class ComputeMeterTest {
  @Test
  void bothComputeTypesCanBeTimed() {
    try (var manager = NDManager.newBaseManager()) {
      assertThatCode(() -> ComputeMeter.fastest(manager, SmallModel.PLAIN.folder()))
          .doesNotThrowAnyException();
    }
  }
}
