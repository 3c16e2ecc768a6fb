package dev.hone.model;

import static dev.hone.model.SmallModel.maxDifference;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NetworkTest {
  private static final double EXACT = 1e-5;
  private static final long CACHE_BYTES = 1 << 24;

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F32_PREPACKED"})
  void logitsAreThoseOfTransformers(Precision precision) {
    for (var model : new SmallModel[] {SmallModel.PLAIN, SmallModel.BIASED}) {
      try (var network = model.load(manager, precision)) {
        float[] logits = network.full(manager, model.tokens()).toFloatArray();
        assertThat(maxDifference(logits, model.golden("logits"))).isLessThan(EXACT);
      }
    }
  }

  @Test
  void logProbsAreThoseOfTransformers() {
    for (var model : new SmallModel[] {SmallModel.PLAIN, SmallModel.BIASED}) {
      try (var network = model.load(manager, Precision.F32)) {
        float[] logProbs = network.logProbs(manager, model.tokens()).toFloatArray();
        assertThat(maxDifference(logProbs, model.golden("logprobs"))).isLessThan(EXACT);
      }
    }
  }

  @Test
  void cachedDecodingEqualsTheFullForward() {
    var model = SmallModel.PLAIN;
    int[] tokens = model.tokens()[0];
    try (var network = model.load(manager, Precision.F32);
        var cache = network.newCache(2, CACHE_BYTES)) {
      float[][] rows = rows(model, 0);
      assertThat(cache.reserve(1, tokens.length)).isTrue();
      float[] first = network.prefill(manager, cache, 0, 0, head(tokens, 5)).toFloatArray();
      assertThat(maxDifference(first, rows[4])).isLessThan(EXACT);
      for (int i = 5; i < tokens.length; i++) {
        float[] next =
            network.decode(manager, cache, new int[] {tokens[i]}, new int[] {i}).toFloatArray();
        assertThat(maxDifference(next, rows[i])).isLessThan(EXACT);
      }
    }
  }

  @Test
  void aPromptInChunksEqualsTheWhole() {
    var model = SmallModel.BIASED;
    int[] tokens = model.tokens()[1];
    try (var network = model.load(manager, Precision.F32);
        var cache = network.newCache(1, CACHE_BYTES)) {
      cache.reserve(1, tokens.length);
      float[] last = {};
      for (int from = 0; from < tokens.length; from += 7) {
        int[] chunk = Arrays.copyOfRange(tokens, from, Math.min(from + 7, tokens.length));
        last = network.prefill(manager, cache, 0, from, chunk).toFloatArray();
      }
      assertThat(maxDifference(last, rows(model, 1)[tokens.length - 1])).isLessThan(EXACT);
    }
  }

  @Test
  void aRaggedBatchEqualsOneByOneAlsoAfterSlotsMoved() {
    var model = SmallModel.PLAIN;
    int[][] tokens = model.tokens();
    int[] lengths = {20, 3, 11};
    try (var network = model.load(manager, Precision.F32);
        var cache = network.newCache(4, CACHE_BYTES)) {
      for (int slot = 0; slot < 3; slot++) {
        assertThat(cache.reserve(slot + 1, 40)).isTrue();
        network.prefill(manager, cache, slot, 0, head(tokens[slot], lengths[slot]));
      }
      for (int i = 0; i < 5; i++) {
        decodeAndCompare(model, network, cache, new int[] {0, 1, 2}, lengths, i);
      }
      // Sequence 0 ends; sequence 2 takes its slot.
      cache.move(2, 0, lengths[2] + 5);
      for (int i = 5; i < 8; i++) {
        decodeAndCompare(model, network, cache, new int[] {2, 1}, lengths, i);
      }
      // A slot is used again by a shorter sequence.
      assertThat(cache.reserve(3, 40)).isTrue();
      network.prefill(manager, cache, 2, 0, head(tokens[0], 1));
      decodeAndCompare(
          model, network, cache, new int[] {2, 1, 0}, new int[] {1 - 8, lengths[1], lengths[2]}, 8);
    }
  }

  private void decodeAndCompare(
      SmallModel model, Network network, KvCache cache, int[] sequences, int[] lengths, int step) {
    int n = sequences.length;
    int[] next = new int[n];
    int[] positions = new int[n];
    for (int i = 0; i < n; i++) {
      positions[i] = lengths[sequences[i]] + step;
      next[i] = model.tokens()[sequences[i]][positions[i]];
    }
    float[] logits = network.decode(manager, cache, next, positions).toFloatArray();
    for (int i = 0; i < n; i++) {
      float[] row = Arrays.copyOfRange(logits, i * 64, (i + 1) * 64);
      assertThat(maxDifference(row, rows(model, sequences[i])[positions[i]])).isLessThan(EXACT);
    }
  }

  @Test
  void theCacheKeepsItsContentsWhenItGrowsAndRespectsItsBound() {
    var model = SmallModel.PLAIN;
    int[] tokens = model.tokens()[0];
    long perToken = model.architecture().cacheBytesPerToken();
    try (var network = model.load(manager, Precision.F32);
        var cache = network.newCache(8, 300 * perToken)) {
      assertThat(cache.reserve(1, 20)).isTrue();
      network.prefill(manager, cache, 0, 0, head(tokens, 20));
      assertThat(cache.reserve(2, 128)).isTrue();
      assertThat(cache.reserve(3, 128)).isFalse();
      assertThat(cache.reserve(3, 100)).isTrue();
      assertThat(cache.reserve(3, 129)).isFalse();
      float[] next =
          network.decode(manager, cache, new int[] {tokens[20]}, new int[] {20}).toFloatArray();
      assertThat(maxDifference(next, rows(model, 0)[20])).isLessThan(EXACT);
      assertThatThrownBy(() -> network.prefill(manager, cache, 3, 0, tokens))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void anAdapterOnEveryLinearLayerEqualsPefts() {
    var model = SmallModel.PLAIN;
    try (var adapter = adapter(model)) {
      assertThat(adapter.targets()).containsExactlyInAnyOrder(LoraTarget.values());
      for (var precision : new Precision[] {Precision.F32, Precision.F32_PREPACKED}) {
        try (var network =
            Network.load(manager, model.folder(), precision, 128, Optional.of(adapter))) {
          float[] logits = network.full(manager, model.tokens()).toFloatArray();
          assertThat(maxDifference(logits, model.golden("lora.logits"))).isLessThan(EXACT);
        }
      }
    }
  }

  @Test
  void viewsWithAndWithoutAnAdapterShareTheWeights() {
    var model = SmallModel.PLAIN;
    for (var precision : new Precision[] {Precision.F32, Precision.F32_PREPACKED}) {
      try (var adapter = adapter(model);
          var network = model.load(manager, precision)) {
        for (int round = 0; round < 2; round++) {
          try (var adapted = network.adapted(Optional.of(adapter));
              var plain = adapted.adapted(Optional.empty())) {
            float[] changed = adapted.full(manager, model.tokens()).toFloatArray();
            float[] same = plain.full(manager, model.tokens()).toFloatArray();
            assertThat(maxDifference(changed, model.golden("lora.logits"))).isLessThan(EXACT);
            assertThat(maxDifference(same, model.golden("logits"))).isLessThan(EXACT);
          }
        }
        float[] own = network.full(manager, model.tokens()).toFloatArray();
        assertThat(maxDifference(own, model.golden("logits"))).isLessThan(EXACT);
      }
    }
  }

  @Test
  void gradientsOfAnAdapterEqualPytorchs() {
    var model = SmallModel.PLAIN;
    JniUtils.setGradMode(true);
    try (var adapter = adapter(model);
        var network =
            Network.load(manager, model.folder(), Precision.F32, 128, Optional.of(adapter));
        var collector = manager.getEngine().newGradientCollector()) {
      adapter.matrices().forEach(matrix -> matrix.setRequiresGradient(true));
      NDArray logProbs = network.differentiableLogProbs(manager, model.tokens(), adapter);
      collector.backward(logProbs.mean().neg());
      var targets = Arrays.stream(LoraTarget.values()).toList();
      for (int i = 0; i < adapter.matrices().size(); i++) {
        String half = i % 2 == 0 ? "A" : "B";
        String name =
            "grad.base_model.model.model.layers.%d.%s.lora_%s.weight"
                .formatted(i / 14, targets.get(i / 2 % 7).module(), half);
        float scale = i % 2 == 0 ? 1 : 1.5f; // B holds alpha / r, so its gradient lacks it
        float[] gradient = adapter.matrices().get(i).getGradient().mul(scale).toFloatArray();
        assertThat(maxDifference(gradient, model.golden(name))).as(name).isLessThan(EXACT);
        assertThat(maxDifference(gradient, new float[gradient.length])).isPositive();
      }
    }
  }

  @Test
  void onlyPlainF32HasGradients() {
    var model = SmallModel.PLAIN;
    try (var adapter = adapter(model);
        var network = model.load(manager, Precision.F32_PREPACKED)) {
      assertThatThrownBy(() -> network.differentiableLogProbs(manager, model.tokens(), adapter))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  private LoraAdapter adapter(SmallModel model) {
    return LoraAdapter.load(manager, model.folder().resolve("adapter"), model.architecture());
  }

  private static float[][] rows(SmallModel model, int sequence) {
    float[] all = model.golden("logits");
    int length = model.tokens()[0].length;
    float[][] rows = new float[length][];
    for (int i = 0; i < length; i++) {
      int from = (sequence * length + i) * 64;
      rows[i] = Arrays.copyOfRange(all, from, from + 64);
    }
    return rows;
  }

  private static int[] head(int[] tokens, int length) {
    return Arrays.copyOf(tokens, length);
  }
}
