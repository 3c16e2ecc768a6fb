package dev.hone.model;

import static dev.hone.model.SmallModel.maxDifference;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import dev.hone.model.AnswerBatch.Branches;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
      assertThat(cache.reserve(3, 97)).isFalse();
      assertThat(cache.reserve(3, 96)).isTrue();
      assertThat(cache.reserve(3, 129)).isFalse();
      float[] next =
          network.decode(manager, cache, new int[] {tokens[20]}, new int[] {20}).toFloatArray();
      assertThat(maxDifference(next, rows(model, 0)[20])).isLessThan(EXACT);
      assertThatThrownBy(() -> network.prefill(manager, cache, 3, 0, tokens))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aCacheGivesSlotsUpForALongerOneAndKeepsWhatThatHolds() {
    var model = SmallModel.PLAIN;
    int[] tokens = model.tokens()[0];
    try (var network = model.load(manager, Precision.F32);
        var cache = network.newCache(8, CacheMemory.ofWindows(1, 128))) {
      assertThat(cache.reserve(2, 64)).isTrue();
      network.prefill(manager, cache, 0, 0, head(tokens, 20));
      assertThat(cache.reserve(2, 128)).isFalse();
      assertThat(cache.reserve(1, 128)).isTrue();
      float[] next =
          network.decode(manager, cache, new int[] {tokens[20]}, new int[] {20}).toFloatArray();
      assertThat(maxDifference(next, rows(model, 0)[20])).isLessThan(EXACT);
      assertThat(cache.reserve(2, 64)).isTrue();
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

  @ParameterizedTest
  @EnumSource(names = {"F32", "F32_PREPACKED"})
  void answersThatShareAPromptAreScoredAsIfAlone(Precision precision) {
    for (var model : new SmallModel[] {SmallModel.PLAIN, SmallModel.BIASED}) {
      try (var network = model.load(manager, precision)) {
        float[] together = network.answerLogProbs(manager, batch(model)).toFloatArray();
        assertThat(maxDifference(together, oneByOne(network, model))).isLessThan(EXACT);
      }
    }
  }

  @Test
  void answersInBf16AreNear() {
    var model = SmallModel.PLAIN;
    try (var exact = model.load(manager, Precision.F32);
        var network = model.load(manager, Precision.BF16)) {
      float[] together = network.answerLogProbs(manager, batch(model)).toFloatArray();
      assertThat(maxDifference(together, oneByOne(exact, model))).isBetween(EXACT, 0.1);
    }
  }

  @Test
  void aComparisonTellsBothLogProbsAndTheExactDivergence() {
    var model = SmallModel.PLAIN;
    var batch = batch(model);
    try (var adapter = adapter(model);
        var reference = model.load(manager, Precision.F32);
        var policy = reference.adapted(Optional.of(adapter))) {
      float[] rows = policy.compared(manager, batch, reference).toFloatArray();
      assertThat(
              maxDifference(column(rows, 0), policy.answerLogProbs(manager, batch).toFloatArray()))
          .isLessThan(EXACT);
      assertThat(
              maxDifference(
                  column(rows, 1), reference.answerLogProbs(manager, batch).toFloatArray()))
          .isLessThan(EXACT);
      float[] own = policy.full(manager, model.tokens()).softmax(-1).toFloatArray();
      float[] other = reference.full(manager, model.tokens()).softmax(-1).toFloatArray();
      assertThat(column(rows, 2)[0]).isCloseTo(divergence(own, other, 9), within(1e-5f));
      float[] same = policy.compared(manager, batch, policy).toFloatArray();
      assertThat(column(same, 2)).containsOnly(0);
    }
  }

  /** Of the next tokens after position i of the first sequence. */
  private static float divergence(float[] own, float[] other, int i) {
    double sum = 0;
    for (int token = 64 * i; token < 64 * (i + 1); token++) {
      sum += own[token] * Math.log(own[token] / other[token]);
    }
    return (float) sum;
  }

  private static float[] column(float[] rows, int column) {
    float[] values = new float[rows.length / 3];
    for (int i = 0; i < values.length; i++) {
      values[i] = rows[3 * i + column];
    }
    return values;
  }

  /** Three prompts with two, one and three answers of different lengths, one of a single token. */
  private static AnswerBatch batch(SmallModel model) {
    int[][] tokens = model.tokens();
    return new AnswerBatch(
        List.of(
            new Branches(head(tokens[0], 10), tail(tokens[0], 10), tail(tokens[1], 25)),
            new Branches(head(tokens[1], 1), tail(tokens[1], 1)),
            new Branches(
                head(tokens[2], 20),
                tail(tokens[0], 33),
                tail(tokens[1], 22),
                tail(tokens[2], 20))));
  }

  private float[] oneByOne(Network network, SmallModel model) {
    int[][] tokens = model.tokens();
    return concat(
        logProbs(network, head(tokens[0], 10), tail(tokens[0], 10)),
        logProbs(network, head(tokens[0], 10), tail(tokens[1], 25)),
        logProbs(network, head(tokens[1], 1), tail(tokens[1], 1)),
        logProbs(network, head(tokens[2], 20), tail(tokens[0], 33)),
        logProbs(network, head(tokens[2], 20), tail(tokens[1], 22)),
        logProbs(network, head(tokens[2], 20), tail(tokens[2], 20)));
  }

  private float[] logProbs(Network network, int[] prompt, int[] answer) {
    int[] whole = IntStream.concat(Arrays.stream(prompt), Arrays.stream(answer)).toArray();
    float[] all = network.logProbs(manager, new int[][] {whole}).toFloatArray();
    return Arrays.copyOfRange(all, prompt.length - 1, all.length);
  }

  private static float[] concat(float[]... parts) {
    float[] all = new float[Arrays.stream(parts).mapToInt(part -> part.length).sum()];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  private static int[] tail(int[] tokens, int from) {
    return Arrays.copyOfRange(tokens, from, tokens.length);
  }

  @Test
  void gradientsOfAnAdapterEqualPytorchs() {
    var model = SmallModel.PLAIN;
    var whole =
        new AnswerBatch(
            Arrays.stream(model.tokens())
                .map(tokens -> new Branches(head(tokens, 1), tail(tokens, 1)))
                .toList());
    try (var adapter = adapter(model);
        var base = model.load(manager, Precision.F32);
        var network = base.trainable(adapter, ForwardOptions.PLAIN)) {
      adapter.masters().forEach(matrix -> matrix.setRequiresGradient(true));
      var logProbs = network.logProbs(manager, whole, 0);
      logProbs.backward(ofMean(logProbs.values().length));
      var names = LoraLayout.of(adapter.shape(), model.architecture());
      for (int i = 0; i < names.size(); i++) {
        String name = "grad." + names.get(i).name();
        float[] gradient = adapter.matrices().get(i).getGradient().toFloatArray();
        assertThat(maxDifference(gradient, model.golden(name))).as(name).isLessThan(EXACT);
        assertThat(maxDifference(gradient, new float[gradient.length])).isPositive();
      }
    }
  }

  /** Slopes of minus the mean. */
  static float[] ofMean(int count) {
    float[] slopes = new float[count];
    Arrays.fill(slopes, -1f / count);
    return slopes;
  }

  @Test
  void prepackedWeightsHaveNoGradients() {
    var model = SmallModel.PLAIN;
    try (var adapter = adapter(model);
        var network = model.load(manager, Precision.F32_PREPACKED)) {
      assertThatThrownBy(() -> network.trainable(adapter, ForwardOptions.PLAIN))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void anAdapterIsSavedAsItWasLoaded(@TempDir Path folder) {
    var model = SmallModel.PLAIN;
    try (var adapter = adapter(model)) {
      adapter.save(folder, model.architecture(), "small");
      try (var again = LoraAdapter.load(manager, folder, model.architecture())) {
        assertThat(again.shape()).isEqualTo(adapter.shape());
        for (int i = 0; i < again.matrices().size(); i++) {
          assertThat(again.matrices().get(i).toFloatArray())
              .isEqualTo(adapter.matrices().get(i).toFloatArray());
        }
      }
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

  /**
   * Two that decode, a prompt that begins, one that goes on, and one whose end is not asked for.
   */
  @Test
  void onePassServesWhoDecodesAndPromptsBesideThem() {
    var model = SmallModel.PLAIN;
    int[] tokens = model.tokens()[0];
    try (var network = model.load(manager, Precision.F32);
        var cache = network.newCache(5, CACHE_BYTES)) {
      cache.reserve(5, 24);
      network.prefill(manager, cache, 0, 0, head(tokens, 7));
      network.prefill(manager, cache, 1, 0, head(tokens, 12));
      network.prefill(manager, cache, 3, 0, head(tokens, 5));
      var runs =
          List.of(
              new PromptRun(2, 0, head(tokens, 9), true),
              new PromptRun(3, 5, Arrays.copyOfRange(tokens, 5, 16), true),
              new PromptRun(4, 0, head(tokens, 4), false));
      float[] logits =
          network
              .step(
                  manager,
                  cache,
                  NextTokens.first(new int[] {tokens[7], tokens[12]}, new int[] {7, 12}),
                  runs)
              .toFloatArray();
      float[] all = network.full(manager, new int[][] {tokens}).toFloatArray();
      int vocabulary = network.architecture().vocabulary();
      int[] last = {7, 12, 8, 15};
      assertThat(logits).hasSize(last.length * vocabulary);
      for (int row = 0; row < last.length; row++) {
        assertThat(row(logits, row, vocabulary))
            .containsExactly(row(all, last[row], vocabulary), within(1e-4f));
      }
      float[] next =
          network
              .decode(
                  manager,
                  cache,
                  new int[] {tokens[8], tokens[13], tokens[9], tokens[16], tokens[4]},
                  new int[] {8, 13, 9, 16, 4})
              .toFloatArray();
      int[] after = {8, 13, 9, 16, 4};
      for (int row = 0; row < after.length; row++) {
        assertThat(row(next, row, vocabulary))
            .containsExactly(row(all, after[row], vocabulary), within(1e-4f));
      }
    }
  }

  /** Slots 3 and 1 of four are fed, in that order; what the others hold stays. */
  @Test
  void someOfTheSlotsAreFedAsIfTheyWereAll() {
    var model = SmallModel.PLAIN;
    int[] tokens = model.tokens()[0];
    try (var network = model.load(manager, Precision.F32);
        var cache = network.newCache(5, CACHE_BYTES)) {
      cache.reserve(5, 24);
      int[] held = {7, 12, 4, 5};
      for (int slot = 0; slot < held.length; slot++) {
        network.prefill(manager, cache, slot, 0, head(tokens, held[slot]));
      }
      float[] all = network.full(manager, new int[][] {tokens}).toFloatArray();
      int vocabulary = network.architecture().vocabulary();
      var some =
          new NextTokens(new int[] {3, 1}, new int[] {tokens[5], tokens[12]}, new int[] {5, 12});
      float[] decoded = network.decode(manager, cache, some).toFloatArray();
      assertRows(decoded, all, new int[] {5, 12}, vocabulary);
      var others =
          new NextTokens(new int[] {2, 0}, new int[] {tokens[4], tokens[7]}, new int[] {4, 7});
      var runs =
          List.of(
              new PromptRun(4, 0, head(tokens, 9), true),
              new PromptRun(1, 13, Arrays.copyOfRange(tokens, 13, 15), true));
      float[] stepped = network.step(manager, cache, others, runs).toFloatArray();
      assertRows(stepped, all, new int[] {4, 7, 8, 14}, vocabulary);
      int[] next = {8, 15, 5, 6, 9};
      int[] fed = Arrays.stream(next).map(position -> tokens[position]).toArray();
      assertRows(network.decode(manager, cache, fed, next).toFloatArray(), all, next, vocabulary);
    }
  }

  /** What a run wrote behind the tokens that were kept is neither seen nor in the way. */
  @Test
  void aRunSaysWhatFollowsEachOfItsLastTokensAndMayBeTakenBack() {
    var model = SmallModel.PLAIN;
    int[] tokens = model.tokens()[0];
    try (var network = model.load(manager, Precision.F32);
        var cache = network.newCache(2, CACHE_BYTES)) {
      cache.reserve(2, 24);
      network.prefill(manager, cache, 0, 0, head(tokens, 7));
      network.prefill(manager, cache, 1, 0, head(tokens, 5));
      int[] guessed = Arrays.copyOfRange(tokens, 5, 11);
      guessed[3] = (guessed[3] + 1) % network.architecture().vocabulary();
      var runs = List.of(new PromptRun(1, 5, guessed, 4));
      float[] logits =
          network
              .step(manager, cache, NextTokens.first(new int[] {tokens[7]}, new int[] {7}), runs)
              .toFloatArray();
      float[] all = network.full(manager, new int[][] {tokens}).toFloatArray();
      int vocabulary = network.architecture().vocabulary();
      assertThat(logits).hasSize(5 * vocabulary);
      assertRows(logits, all, new int[] {7, 7}, vocabulary);
      float[] next =
          network
              .decode(manager, cache, new int[] {tokens[8], tokens[8]}, new int[] {8, 8})
              .toFloatArray();
      assertRows(next, all, new int[] {8, 8}, vocabulary);
      var again = List.of(new PromptRun(1, 9, Arrays.copyOfRange(tokens, 9, 12), 3));
      float[] rest = network.step(manager, cache, NextTokens.NONE, again).toFloatArray();
      assertRows(rest, all, new int[] {9, 10, 11}, vocabulary);
    }
  }

  private static void assertRows(float[] logits, float[] all, int[] places, int vocabulary) {
    for (int row = 0; row < places.length; row++) {
      assertThat(row(logits, row, vocabulary))
          .containsExactly(row(all, places[row], vocabulary), within(1e-4f));
    }
  }

  private static float[] row(float[] rows, int row, int width) {
    return Arrays.copyOfRange(rows, row * width, (row + 1) * width);
  }

  private static int[] head(int[] tokens, int length) {
    return Arrays.copyOf(tokens, length);
  }
}
