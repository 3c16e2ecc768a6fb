package dev.hone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScalarHeadTest {
  private static final Architecture NET = SmallModel.PLAIN.architecture();
  private static final Path GOLDEN = SmallModel.resource("golden/reward");

  @TempDir Path folder;

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void aHeadIsSavedAsItWasLoaded() {
    try (var head = ScalarHead.load(manager, GOLDEN, NET)) {
      assertThat(head.weight().getShape().getShape()).containsExactly(1, 32);
      head.save(folder, NET);
      assertThat(folder.resolve("head.safetensors"))
          .hasSameBinaryContentAs(GOLDEN.resolve("head.safetensors"));
    }
  }

  @Test
  void aHeadOfAnotherWidthIsRefused() {
    var wider = SmallModel.resource("golden/chat");
    assertThat(Architecture.load(wider).hidden()).isNotEqualTo(NET.hidden());
    assertThatThrownBy(() -> ScalarHead.load(manager, GOLDEN, Architecture.load(wider)))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("score.weight");
  }

  @Test
  void aFolderWithoutAHeadIsNoRewardModel() {
    assertThatThrownBy(() -> ScalarHead.load(manager, folder, NET))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("head.safetensors");
  }
}
