package dev.hone.model;

import static dev.hone.model.SmallModel.maxDifference;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.hone.model.AnswerBatch.Branches;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each family against transformers (src/test/python/architectures.py). */
class ArchitecturesTest {
  private static final double EXACT = 2e-5;
  private static final int VOCABULARY = 64;

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private static SmallModel model(String name) {
    return new SmallModel(SmallModel.resource("golden/" + name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"linear", "dynamic", "mistral", "qwen2", "qwen3", "gpt2"})
  void logitsAreThoseOfTransformers(String name) {
    var model = model(name);
    for (var precision : new Precision[] {Precision.F32, Precision.F32_PREPACKED}) {
      try (var network = model.load(manager, precision)) {
        float[] logits = network.full(manager, model.tokens()).toFloatArray();
        assertThat(maxDifference(logits, model.golden("logits"))).isLessThan(EXACT);
        float[] logProbs = network.logProbs(manager, model.tokens()).toFloatArray();
        assertThat(maxDifference(logProbs, model.golden("logprobs"))).isLessThan(EXACT);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"linear", "dynamic", "mistral", "qwen2", "qwen3", "gpt2"})
  void theMeanOfATextsStatesIsThatOfTransformersInOneGoOrByLayers(String name) {
    var model = model(name);
    try (var network = model.load(manager, Precision.F32)) {
      for (int work : new int[] {1, 1_000}) {
        float[] means = meanStates(network, model.tokens(), work);
        assertThat(maxDifference(means, model.golden("means"))).isLessThan(EXACT);
      }
    }
  }

  private static float[] meanStates(Network network, int[][] texts, int work) {
    int hidden = network.architecture().hidden();
    float[] means = new float[texts.length * hidden];
    for (int i = 0; i < texts.length; i++) {
      try (var pass = network.pass(texts[i])) {
        while (!pass.through()) {
          pass.advance(work);
        }
        System.arraycopy(pass.meanState(), 0, means, i * hidden, hidden);
      }
    }
    return means;
  }

  @ParameterizedTest
  @ValueSource(strings = {"linear", "mistral", "qwen2", "qwen3", "gpt2"})
  void aPromptInChunksEqualsTheWhole(String name) {
    var model = model(name);
    int[] tokens = model.tokens()[1];
    try (var network = model.load(manager, Precision.F32);
        var cache = network.newCache(1, 1 << 24)) {
      cache.reserve(1, tokens.length);
      int from = 0;
      for (int length : new int[] {13, 1, 12, 8}) {
        int[] chunk = Arrays.copyOfRange(tokens, from, from + length);
        float[] last = network.prefill(manager, cache, 0, from, chunk).toFloatArray();
        from += length;
        assertThat(maxDifference(last, row(model, 1, from - 1))).isLessThan(EXACT);
      }
      assertThat(from).isEqualTo(tokens.length);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"linear", "mistral", "qwen2", "qwen3", "gpt2"})
  void decodingARaggedBatchEqualsTheFullForward(String name) {
    var model = model(name);
    int[][] tokens = model.tokens();
    int[] lengths = {20, 1, 11};
    try (var network = model.load(manager, Precision.F32);
        var cache = network.newCache(3, 1 << 24)) {
      for (int slot = 0; slot < 3; slot++) {
        assertThat(cache.reserve(slot + 1, 40)).isTrue();
        network.prefill(manager, cache, slot, 0, Arrays.copyOf(tokens[slot], lengths[slot]));
      }
      for (int step = 0; step < 14; step++) {
        int at = step;
        int[] positions = IntStream.of(lengths).map(length -> length + at).toArray();
        int[] next = IntStream.range(0, 3).map(i -> tokens[i][positions[i]]).toArray();
        float[] logits = network.decode(manager, cache, next, positions).toFloatArray();
        for (int i = 0; i < 3; i++) {
          float[] row = Arrays.copyOfRange(logits, i * VOCABULARY, (i + 1) * VOCABULARY);
          assertThat(maxDifference(row, row(model, i, positions[i]))).isLessThan(EXACT);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mistral", "qwen2", "qwen3", "gpt2"})
  void onePassServesWhoDecodesAndPromptsBesideThem(String name) {
    var model = model(name);
    int[][] tokens = model.tokens();
    try (var network = model.load(manager, Precision.F32);
        var cache = network.newCache(3, 1 << 24)) {
      cache.reserve(3, 40);
      network.prefill(manager, cache, 0, 0, Arrays.copyOf(tokens[0], 25));
      network.prefill(manager, cache, 2, 0, Arrays.copyOf(tokens[2], 14));
      var runs =
          List.of(
              new PromptRun(1, 0, Arrays.copyOf(tokens[1], 19), true),
              new PromptRun(2, 14, Arrays.copyOfRange(tokens[2], 14, 30), true));
      float[] logits =
          network
              .step(
                  manager, cache, NextTokens.first(new int[] {tokens[0][25]}, new int[] {25}), runs)
              .toFloatArray();
      int[] last = {25, 18, 29};
      for (int text = 0; text < last.length; text++) {
        float[] row = Arrays.copyOfRange(logits, text * VOCABULARY, (text + 1) * VOCABULARY);
        assertThat(maxDifference(row, row(model, text, last[text]))).isLessThan(EXACT);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"linear", "mistral", "qwen2", "qwen3", "gpt2"})
  void answersThatShareAPromptAreScoredAsIfAlone(String name) {
    var model = model(name);
    int[][] tokens = model.tokens();
    int[] prompt = Arrays.copyOf(tokens[0], 14);
    int[] first = Arrays.copyOfRange(tokens[0], 14, 34);
    int[] second = Arrays.copyOfRange(tokens[1], 9, 21);
    var batch =
        new AnswerBatch(
            List.of(
                new Branches(prompt, first, second),
                new Branches(Arrays.copyOf(tokens[2], 3), second)));
    try (var network = model.load(manager, Precision.F32)) {
      float[] together = network.answerLogProbs(manager, batch).toFloatArray();
      NDArray alone =
          logProbs(network, prompt, first)
              .concat(logProbs(network, prompt, second))
              .concat(logProbs(network, Arrays.copyOf(tokens[2], 3), second));
      assertThat(maxDifference(together, alone.toFloatArray())).isLessThan(EXACT);
    }
  }

  private NDArray logProbs(Network network, int[] prompt, int[] answer) {
    int[] whole = IntStream.concat(Arrays.stream(prompt), Arrays.stream(answer)).toArray();
    float[] all = network.logProbs(manager, new int[][] {whole}).toFloatArray();
    return manager.create(Arrays.copyOfRange(all, prompt.length - 1, all.length));
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen2", "qwen3"})
  void anAdapterOnEveryLayerAndItsGradientsAreThoseOfPeft(String name) {
    var model = model(name);
    var whole =
        new AnswerBatch(
            Arrays.stream(model.tokens())
                .map(
                    tokens ->
                        new Branches(
                            Arrays.copyOf(tokens, 1), Arrays.copyOfRange(tokens, 1, tokens.length)))
                .toList());
    try (var adapter =
            LoraAdapter.load(manager, model.folder().resolve("adapter"), model.architecture());
        var network =
            Network.load(manager, model.folder(), Precision.F32, 128, Optional.of(adapter));
        var trainable = network.trainable(adapter, ForwardOptions.PLAIN)) {
      assertThat(adapter.targets()).containsExactlyInAnyOrder(LoraTarget.values());
      float[] logits = network.full(manager, model.tokens()).toFloatArray();
      assertThat(maxDifference(logits, model.golden("lora.logits"))).isLessThan(EXACT);
      float[] means = meanStates(network, model.tokens(), 1);
      assertThat(maxDifference(means, model.golden("lora.means"))).isLessThan(EXACT);
      adapter.matrices().forEach(matrix -> matrix.setRequiresGradient(true));
      var logProbs = trainable.logProbs(manager, whole, 0);
      logProbs.backward(NetworkTest.ofMean(logProbs.values().length));
      var names = LoraLayout.of(adapter.shape(), model.architecture());
      for (int i = 0; i < names.size(); i++) {
        String matrix = "grad." + names.get(i).name();
        float[] gradient = adapter.matrices().get(i).getGradient().toFloatArray();
        assertThat(maxDifference(gradient, model.golden(matrix))).as(matrix).isLessThan(EXACT);
      }
    }
  }

  @Test
  void anAdapterOfAFusedLayerIsRefusedByName() {
    var shape = new LoraShape(2, 4, Set.of(LoraTarget.Q));
    assertThatThrownBy(() -> LoraLayout.of(shape, model("gpt2").architecture()))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("adapters are not supported for gpt2");
  }

  /** Whatever else a block has lies elsewhere in a precision that leaves q, k and v wide. */
  @ParameterizedTest
  @ValueSource(strings = {"qwen2", "qwen3", "gpt2"})
  void otherPrecisionsAreNear(String name) {
    var model = model(name);
    float[] exact = model.golden("logits");
    float[] zeros = new float[exact.length];
    for (var precision : new Precision[] {Precision.BF16, Precision.INT8}) {
      try (var network = model.load(manager, precision)) {
        float[] logits = network.full(manager, model.tokens()).toFloatArray();
        double loss = maxDifference(logits, exact) / maxDifference(exact, zeros);
        assertThat(loss).as(precision.label()).isBetween(1e-6, 0.1);
      }
    }
  }

  /** Logits after one token of one text. */
  private static float[] row(SmallModel model, int text, int position) {
    int at = (text * model.tokens()[0].length + position) * VOCABULARY;
    return Arrays.copyOfRange(model.golden("logits"), at, at + VOCABULARY);
  }
}
