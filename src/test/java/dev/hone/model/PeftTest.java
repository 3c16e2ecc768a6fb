package dev.hone.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * An adapter that Hone wrote, as PEFT reads it (src/test/python/peft_logits.py). It is written to
 * target/peft/small, where the script finds it.
 */
class PeftTest {
  private static final Path GOLDEN = SmallModel.PLAIN.folder().resolve("published");
  private static final Path WRITTEN = Path.of("target", "peft", "small");
  private static final LoraShape SHAPE =
      new LoraShape(3, 6, Set.of(LoraTarget.Q, LoraTarget.V, LoraTarget.O, LoraTarget.DOWN));

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
  void whatIsWrittenIsWhatPeftHasRead() throws IOException {
    Files.createDirectories(WRITTEN);
    adapter().save(WRITTEN, SmallModel.PLAIN.architecture(), "plain");
    for (String file : List.of("adapter_config.json", "adapter_model.safetensors")) {
      assertThat(WRITTEN.resolve(file)).hasSameBinaryContentAs(GOLDEN.resolve(file));
    }
  }

  @Test
  void logitsAreThoseOfPeft() {
    var model = SmallModel.PLAIN;
    var adapter = LoraAdapter.load(manager, GOLDEN, model.architecture());
    try (var network = model.load(manager, Precision.F32);
        var version = network.adapted(Optional.of(adapter))) {
      float[] logits = version.full(manager, model.tokens()).toFloatArray();
      assertThat(SmallModel.maxDifference(logits, golden())).isLessThan(1e-5);
      assertThat(SmallModel.maxDifference(logits, model.golden("logits"))).isGreaterThan(1e-2);
    }
  }

  private LoraAdapter adapter() {
    var random = new Random(11);
    var matrices =
        LoraLayout.of(SHAPE, SmallModel.PLAIN.architecture()).stream()
            .map(tensor -> matrix(tensor.shape(), random))
            .toList();
    return new LoraAdapter(SHAPE, matrices);
  }

  private NDArray matrix(long[] shape, Random random) {
    float[] values = new float[(int) (shape[0] * shape[1])];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (0.2 * random.nextGaussian());
    }
    return manager.create(values, new Shape(shape));
  }

  private static float[] golden() {
    try (var golden = Safetensors.open(GOLDEN.resolve("logits.safetensors"))) {
      return golden.data("logits").toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
    }
  }
}
