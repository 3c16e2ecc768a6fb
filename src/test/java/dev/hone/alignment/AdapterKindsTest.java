package dev.hone.alignment;

import static dev.hone.model.SmallModel.maxDifference;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.model.AnswerBatch;
import dev.hone.model.AnswerBatch.Branches;
import dev.hone.model.Architecture;
import dev.hone.model.DoraAdapter;
import dev.hone.model.ElementType;
import dev.hone.model.ForwardOptions;
import dev.hone.model.LoraAdapter;
import dev.hone.model.LoraShape;
import dev.hone.model.MergedModel;
import dev.hone.model.Network;
import dev.hone.model.Precision;
import dev.hone.model.Safetensors;
import dev.hone.model.SmallModel;
import dev.hone.model.TensorInfo;
import dev.hone.model.Trainable;
import dev.hone.model.VersionWeights;
import dev.hone.model.WholeWeights;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is trained, against PEFT and plain PyTorch (src/test/python/adapters.py). */
class AdapterKindsTest {
  private static final double EXACT = 1e-5;
  private static final int[][] TOKENS = SmallModel.PLAIN.tokens();

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
  void aRankStabilisedAdapterSaysWhatPeftSays() {
    var lora = lora();
    var shape = lora.shape();
    var stabilised =
        new LoraAdapter(
            new LoraShape(shape.rank(), shape.alpha(), shape.targets(), true), lora.masters());
    var net = SmallModel.PLAIN.architecture();
    stabilised.save(folder, net, "plain");
    try (var again = LoraAdapter.load(manager, folder, net);
        var base = SmallModel.PLAIN.load(manager, Precision.F32);
        var network = base.adapted(Optional.of(again))) {
      assertThat(again.shape()).isEqualTo(stabilised.shape());
      assertThat(maxDifference(last(network), golden("rslora.logits"))).isLessThan(EXACT);
    }
  }

  @Test
  void aNewDoraSaysWhatItsHalvesSay() {
    try (var model = model("plain");
        var base = Network.load(manager, model, Precision.F32, 128);
        var halves = lora();
        var adapted = base.adapted(Optional.of(halves));
        var dora = DoraAdapter.of(manager, lora(), model);
        var network = base.trainable(dora, ForwardOptions.PLAIN)) {
      var batch = batch(0);
      float[] expected = adapted.answerLogProbs(manager, batch).toFloatArray();
      float[] found = network.logProbsNow(manager, batch).toFloatArray();
      assertThat(maxDifference(found, expected)).isLessThan(EXACT);
    }
  }

  @Test
  void doraMultipliedOutSaysWhatPeftSays() {
    try (var model = model("plain");
        var dora = dora(model)) {
      dora.save(folder, model.architecture(), "plain");
      try (var network = Network.load(manager, folder, Precision.F32, 128, Optional.empty())) {
        assertThat(maxDifference(last(network), golden("dora.logits"))).isLessThan(EXACT);
      }
    }
  }

  @Test
  void gradientsOfDoraEqualPefts() {
    try (var model = model("plain");
        var base = Network.load(manager, model, Precision.F32, 128);
        var dora = dora(model);
        var network = base.trainable(dora, ForwardOptions.PLAIN)) {
      dora.masters().forEach(master -> master.setRequiresGradient(true));
      var whole =
          new AnswerBatch(
              Arrays.stream(TOKENS)
                  .map(row -> new Branches(Arrays.copyOf(row, 1), Arrays.copyOfRange(row, 1, 34)))
                  .toList());
      var logProbs = network.logProbs(manager, whole, 0);
      float[] slopes = new float[logProbs.values().length];
      Arrays.fill(slopes, -1f / slopes.length);
      logProbs.backward(slopes);
      var layout = dora.layout(model.architecture());
      for (int i = 0; i < layout.size(); i++) {
        String name = "grad." + layout.get(i).name();
        float[] gradient = dora.masters().get(i).getGradient().toFloatArray();
        assertThat(maxDifference(gradient, golden(name))).as(name).isLessThan(EXACT);
      }
    }
  }

  @Test
  void doraGoesTheWayOfPeft() throws IOException {
    try (var model = model("plain");
        var base = Network.load(manager, model, Precision.F32, 128);
        var dora = dora(model)) {
      assertFollows("dora", base, dora, ForwardOptions.PLAIN, 1e-4);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "biased", "qwen3"})
  void allWeightsGoTheWayOfPytorchAndAreWrittenAsTheModelWas(String name) throws IOException {
    try (var model = model(name);
        var base = Network.load(manager, model, Precision.F32, 128);
        var weights = WholeWeights.of(manager, model)) {
      assertFollows(name, base, weights, ForwardOptions.PLAIN, 1e-4);
      var net = model.architecture();
      weights.save(folder, net, name);
      assertThat(Architecture.load(folder)).isEqualTo(net);
      assertWritten(name);
    }
  }

  @Test
  void allWeightsGoTheSameWayWithCheckpointsOfTheirStates() throws IOException {
    try (var model = model("plain");
        var base = Network.load(manager, model, Precision.F32, 128);
        var weights = WholeWeights.of(manager, model)) {
      assertFollows("plain", base, weights, new ForwardOptions(true, 0), 1e-4);
    }
  }

  @Test
  void allWeightsComputedInBf16GoNearly() throws IOException {
    try (var model = model("plain");
        var base = Network.load(manager, model, Precision.BF16, 128);
        var weights = WholeWeights.of(manager, model)) {
      assertFollows("plain", base, weights, ForwardOptions.PLAIN, 0.03);
    }
  }

  @Test
  void averagesKeepTheirShareInEachStepAndAreWhatRemains() {
    try (var model = model("plain");
        var base = Network.load(manager, model, Precision.F32, 128);
        var adapter = lora();
        var network = base.trainable(adapter, ForwardOptions.PLAIN);
        var masters =
            new Masters(
                manager, adapter.masters(), adapter.layout(base.architecture()), 0, 1, 0.75)) {
      float[] expected = adapter.masters().getFirst().toFloatArray();
      for (int step = 0; step < 3; step++) {
        var batch = batch(step);
        masters.accumulate(passing -> network.logProbs(passing, batch, 0), logProbs -> logProbs);
        masters.step(0.01);
        float[] now = adapter.masters().getFirst().toFloatArray();
        for (int i = 0; i < expected.length; i++) {
          expected[i] = 0.75f * expected[i] + 0.25f * now[i];
        }
      }
      assertThat(maxDifference(adapter.masters().getFirst().toFloatArray(), expected))
          .isGreaterThan(1e-3);
      masters.settle();
      assertThat(maxDifference(adapter.masters().getFirst().toFloatArray(), expected))
          .isLessThan(1e-6);
    }
  }

  private void assertWritten(String name) {
    try (var before = Safetensors.open(SmallModel.resource("golden/" + name));
        var written = Safetensors.open(folder)) {
      assertThat(written.names()).containsExactlyElementsOf(before.names());
      for (String tensor : before.names()) {
        assertThat(written.info(tensor)).isEqualTo(before.info(tensor));
      }
    }
    try (var network = Network.load(manager, folder, Precision.F32, 128, Optional.empty());
        var written = Safetensors.open(folder)) {
      assertThat(network.architecture()).isEqualTo(Architecture.load(folder));
      assertNear(written, "model.norm.weight", golden(name + ".norm"));
      assertNear(written, "model.layers.1.self_attn.k_proj.weight", golden(name + ".k"));
      assertNear(written, "model.embed_tokens.weight", golden(name + ".embedding"));
    }
  }

  /** To half of the last bit that the file's type holds. */
  private static void assertNear(Safetensors written, String tensor, float[] expected) {
    boolean narrow = written.info(tensor).type() == ElementType.BF16;
    float[] found = new float[expected.length];
    for (int i = 0; i < found.length; i++) {
      found[i] =
          narrow
              ? Float.intBitsToFloat(
                  written.data(tensor).getAtIndex(ValueLayout.JAVA_SHORT_UNALIGNED, i) << 16)
              : written.data(tensor).getAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i);
      double rounding = narrow ? Math.abs(expected[i]) / 256 : 0;
      assertThat((double) found[i])
          .as("%s, %d", tensor, i)
          .isCloseTo(expected[i], within(rounding + 1e-4));
    }
  }

  /** Ten steps of SFT. */
  private void assertFollows(
      String name, Network base, Trainable trainable, ForwardOptions options, double tolerance)
      throws IOException {
    var golden =
        new JsonMapper()
            .readTree(SmallModel.resource("golden/adapters/trajectories.json").toFile())
            .path(name);
    assertThat(golden).hasSize(10);
    try (var network = base.trainable(trainable, options);
        var masters =
            new Masters(
                manager, trainable.masters(), trainable.layout(base.architecture()), 0, 1, 0)) {
      for (int step = 0; step < 10; step++) {
        var batch = batch(step);
        int count = batch.targets().length;
        var loss = new double[1];
        masters.accumulate(
            passing -> network.logProbs(passing, batch, 0),
            logProbs -> {
              float[] slopes = new float[count];
              for (int i = 0; i < count; i++) {
                loss[0] -= logProbs[i] / count;
                slopes[i] = -1f / count;
              }
              return slopes;
            });
        masters.step(1e-3);
        assertThat(loss[0])
            .as("step %d", step)
            .isCloseTo(golden.get(step).asDouble(), within(tolerance));
      }
    }
  }

  /** As trajectories.py has them, four a step. */
  private static AnswerBatch batch(int step) {
    var all =
        List.of(
            new Branches(span(0, 0, 10), span(0, 10, 30)),
            new Branches(span(1, 0, 3), span(1, 3, 9)),
            new Branches(span(2, 0, 20), span(2, 20, 33)),
            new Branches(span(1, 4, 30), span(0, 0, 5)),
            new Branches(span(2, 5, 9), span(1, 10, 22)),
            new Branches(span(0, 3, 4), span(2, 0, 8)));
    var batch = new ArrayList<Branches>();
    for (int i = 0; i < 4; i++) {
      batch.add(all.get((4 * step + i) % all.size()));
    }
    return new AnswerBatch(batch);
  }

  private static int[] span(int row, int from, int to) {
    return Arrays.copyOfRange(TOKENS[row], from, to);
  }

  private MergedModel model(String name) {
    return MergedModel.open(
        manager, VersionWeights.of(SmallModel.resource("golden/" + name), Optional.empty()));
  }

  private LoraAdapter lora() {
    return LoraAdapter.load(
        manager, SmallModel.PLAIN.folder().resolve("adapter"), SmallModel.PLAIN.architecture());
  }

  /** With the golden lengths. */
  private DoraAdapter dora(MergedModel model) {
    var halves = lora();
    var masters = new ArrayList<NDArray>();
    int next = 0;
    for (TensorInfo info : DoraAdapter.of(manager, lora(), model).layout(model.architecture())) {
      masters.add(
          info.shape().length == 1
              ? manager.create(golden(info.name()), new Shape(info.shape()))
              : halves.masters().get(next++));
    }
    return new DoraAdapter(halves.shape(), masters, model);
  }

  /** Logits after each text's last token. */
  private float[] last(Network network) {
    return network.full(manager, TOKENS).get(":, -1, :").toFloatArray();
  }

  private static float[] golden(String name) {
    try (var golden = Safetensors.open(SmallModel.resource("golden/adapters/golden.safetensors"))) {
      return golden.data(name).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
    }
  }
}
