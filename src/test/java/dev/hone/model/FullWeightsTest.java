package dev.hone.model;

import static dev.hone.model.SmallModel.maxDifference;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FullWeightsTest {
  private static final SmallModel F32 = SmallModel.PLAIN;
  private static final SmallModel BF16 = new SmallModel(SmallModel.resource("golden/chat"));
  private static final LoraShape SHAPE =
      new LoraShape(3, 6, Set.of(LoraTarget.Q, LoraTarget.V, LoraTarget.GATE, LoraTarget.DOWN));

  @TempDir Path folder;

  @Test
  void mergedWeightsAnswerAsTheAdapterOverItsBaseDoes() {
    assertThat(errorOfMerged(F32)).isLessThan(1e-5);
  }

  @Test
  void weightsOfABaseInBf16AreMergedInBf16() {
    assertThat(errorOfMerged(BF16)).isBetween(1e-4, 2e-2);
    try (var merged = Safetensors.open(folder);
        var base = Safetensors.open(BF16.folder())) {
      assertThat(merged.names()).containsExactlyElementsOf(base.names());
      for (String name : base.names()) {
        assertThat(merged.info(name)).isEqualTo(base.info(name));
      }
      String untouched = "model.layers.1.self_attn.o_proj.weight";
      assertThat(merged.data(untouched).mismatch(base.data(untouched))).isEqualTo(-1);
      String changed = "model.layers.1.self_attn.v_proj.weight";
      assertThat(merged.data(changed).mismatch(base.data(changed))).isNotEqualTo(-1);
    }
  }

  /** Difference of the logits between the two ways, as a part of what the adapter makes. */
  private double errorOfMerged(SmallModel model) {
    int[][] tokens = {{5, 9, 2, 40, 41, 7, 30, 3, 3, 18}};
    var net = model.architecture();
    try (NDManager manager = NDManager.newBaseManager();
        var adapter = drawn(manager, net);
        var base = model.load(manager, Precision.F32);
        var adapted = base.adapted(Optional.of(adapter))) {
      FullWeights.merge(model.folder(), adapter, net, folder);
      var weights = VersionWeights.of(model.folder(), Optional.of(folder));
      assertThat(weights.full()).isTrue();
      try (var merged = weights.load(manager, Precision.F32, 128)) {
        float[] expected = adapted.full(manager, tokens).toFloatArray();
        double change = maxDifference(base.full(manager, tokens).toFloatArray(), expected);
        assertThat(change).isGreaterThan(0.1);
        return maxDifference(merged.full(manager, tokens).toFloatArray(), expected) / change;
      }
    }
  }

  @Test
  void anAdaptersFolderIsToldFromOneOfFullWeights() {
    Path adapter = F32.folder().resolve("adapter");
    var weights = VersionWeights.of(F32.folder(), Optional.of(adapter));
    assertThat(weights.full()).isFalse();
    assertThat(weights.adapter()).contains(adapter);
    assertThat(weights.file()).contains(adapter.resolve("adapter_model.safetensors"));
    assertThat(VersionWeights.of(F32.folder(), Optional.empty()).file()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"F32,4", "BF16,2", "F16,2"})
  void aNumberThatIsNotFiniteIsFoundInEveryType(ElementType type, int bytes) throws IOException {
    write(FloatTensors.stored(new float[] {1, -2, Float.MAX_VALUE / 4, 0}, ElementType.F32));
    FullWeights.checkFinite(folder);
    for (float bad : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
      var data = FloatTensors.stored(new float[] {1, 2, bad, 3}, type);
      assertThat(data.byteSize()).isEqualTo(4L * bytes);
      assertThat(FloatTensors.finite(new TensorInfo("x", type, new long[] {4}), data)).isFalse();
    }
    write(FloatTensors.stored(new float[] {1, 2, Float.NaN, 3}, ElementType.F32));
    assertThatThrownBy(() -> FullWeights.checkFinite(folder))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessage("x has numbers that are not finite");
  }

  @Test
  void numbersAreRoundedToTheNearestAndTiesToEven() {
    float place = 1 / 128f;
    float[] values = {1, 1 + place / 2, 1 + 3 * place / 2, 1 + 0.51f * place, -1 - 0.49f * place};
    short[] stored =
        FloatTensors.stored(values, ElementType.BF16).toArray(ValueLayout.JAVA_SHORT_UNALIGNED);
    float[] expected = {1, 1, 1 + 2 * place, 1 + place, -1};
    for (int i = 0; i < values.length; i++) {
      assertThat(Float.intBitsToFloat(stored[i] << 16)).isEqualTo(expected[i]);
    }
  }

  private void write(MemorySegment data) throws IOException {
    Files.createDirectories(folder);
    var tensor = new TensorInfo("x", ElementType.F32, new long[] {4});
    try (var writer =
        SafetensorsWriter.create(folder.resolve(FullWeights.FILE), List.of(tensor), Map.of())) {
      writer.write("x", data);
    }
  }

  private static LoraAdapter drawn(NDManager manager, Architecture net) {
    var random = new Random(5);
    return new LoraAdapter(
        SHAPE,
        LoraLayout.of(SHAPE, net).stream()
            .map(tensor -> matrix(manager, tensor.shape(), random))
            .toList());
  }

  private static NDArray matrix(NDManager manager, long[] shape, Random random) {
    float[] values = new float[(int) (shape[0] * shape[1])];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (0.2 * random.nextGaussian());
    }
    return manager.create(values, new Shape(shape));
  }
}
