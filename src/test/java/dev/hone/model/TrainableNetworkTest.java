package dev.hone.model;

import static dev.hone.model.SmallModel.maxDifference;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.hone.model.AnswerBatch.Branches;
import dev.hone.model.AnswerBatch.Reading;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TrainableNetworkTest {
  private static final SmallModel MODEL = SmallModel.PLAIN;
  private static final ForwardOptions CHECKPOINTED = new ForwardOptions(true, 0);
  private static final double RATE = 0.25;

  private NDManager manager;
  private Network base;
  private LoraAdapter adapter;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
    base = MODEL.load(manager, Precision.F32);
    adapter = LoraAdapter.load(manager, MODEL.folder().resolve("adapter"), MODEL.architecture());
    adapter.masters().forEach(master -> master.setRequiresGradient(true));
  }

  @AfterEach
  void close() {
    adapter.close();
    base.close();
    manager.close();
  }

  @Test
  void moreTargetsThanAChunkSayAndLearnTheSameAsOneByOne() {
    var groups = groups(12);
    var all = new AnswerBatch(groups);
    assertThat(all.targets().length).isGreaterThan(Network.TARGETS_AT_ONCE);
    float[] slopes = slopes(all.targets().length);
    try (var network = base.trainable(adapter, ForwardOptions.PLAIN)) {
      var together = run(network.logProbs(manager, all, 0), slopes);
      float[] values = new float[slopes.length];
      int at = 0;
      for (Branches group : groups) {
        var alone = network.logProbs(manager, new AnswerBatch(List.of(group)), 0);
        int count = alone.values().length;
        System.arraycopy(alone.values(), 0, values, at, count);
        alone.backward(Arrays.copyOfRange(slopes, at, at + count));
        at += count;
      }
      assertThat(maxDifference(together.values(), values)).isLessThan(1e-5);
      assertNear(together.gradients(), taken());
      float[] now = network.logProbsNow(manager, all).toFloatArray();
      assertThat(now).isEqualTo(together.values());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "BF16"})
  void aCheckpointedPassSaysTheSameToTheBitAndLearnsTheSame(Precision precision) {
    var batch = new AnswerBatch(groups(2));
    float[] slopes = slopes(batch.targets().length);
    try (var typed = MODEL.load(manager, precision);
        var whole = typed.trainable(adapter, ForwardOptions.PLAIN);
        var checkpointed = typed.trainable(adapter, CHECKPOINTED)) {
      var expected = run(whole.logProbs(manager, batch, 0), slopes);
      var found = run(checkpointed.logProbs(manager, batch, 0), slopes);
      assertThat(found.values()).isEqualTo(expected.values());
      assertNear(found.gradients(), expected.gradients());
    }
  }

  @Test
  void aHeadLearnsTheSameByACheckpointedPass() {
    var batch = new AnswerBatch(groups(2), Reading.AT);
    float[] slopes = slopes(batch.targets().length);
    var head = new ScalarHead(normal(new Random(1), 32));
    head.weight().setRequiresGradient(true);
    try (var whole = base.trainable(adapter, ForwardOptions.PLAIN);
        var checkpointed = base.trainable(adapter, CHECKPOINTED)) {
      var expected = run(whole.values(manager, batch, head, 0), slopes);
      float[] ofHead = taken(head.weight());
      var found = run(checkpointed.values(manager, batch, head, 0), slopes);
      assertThat(found.values()).isEqualTo(expected.values());
      assertNear(found.gradients(), expected.gradients());
      assertNear(List.of(taken(head.weight())), List.of(ofHead));
      assertThat(whole.valuesNow(manager, batch, head).toFloatArray()).isEqualTo(expected.values());
    }
  }

  @Test
  void dropoutFollowsFromItsDrawHoweverThePassGoes() {
    var batch = new AnswerBatch(groups(2));
    float[] slopes = slopes(batch.targets().length);
    try (var plain = base.trainable(adapter, ForwardOptions.PLAIN);
        var whole = base.trainable(adapter, new ForwardOptions(false, RATE));
        var checkpointed = base.trainable(adapter, new ForwardOptions(true, RATE))) {
      var seven = run(whole.logProbs(manager, batch, 7), slopes);
      var other = run(whole.logProbs(manager, batch, 8), slopes);
      var again = run(whole.logProbs(manager, batch, 7), slopes);
      var recomputed = run(checkpointed.logProbs(manager, batch, 7), slopes);
      assertThat(maxDifference(seven.values(), other.values())).isGreaterThan(1e-3);
      assertThat(again.values()).isEqualTo(seven.values());
      assertThat(recomputed.values()).isEqualTo(seven.values());
      assertNear(again.gradients(), seven.gradients());
      assertNear(recomputed.gradients(), seven.gradients());
      float[] undropped = plain.logProbs(manager, batch, 7).values();
      assertThat(whole.logProbsNow(manager, batch).toFloatArray()).isEqualTo(undropped);
    }
  }

  /** A small adapter's effect is linear in it, so that the mean over draws is that of none. */
  @Test
  void dropoutLeavesTheAdaptersEffectAsItIsOnAverage() {
    for (int i = 1; i < adapter.masters().size(); i += 2) {
      NDArray b = adapter.masters().get(i);
      b.setRequiresGradient(false);
      b.muli(0.02);
    }
    var batch = new AnswerBatch(groups(1));
    int draws = 200;
    try (var whole = base.trainable(adapter, new ForwardOptions(false, RATE))) {
      float[] undropped = whole.logProbsNow(manager, batch).toFloatArray();
      double[] mean = new double[undropped.length];
      double square = 0;
      for (int draw = 0; draw < draws; draw++) {
        float[] values = whole.logProbs(manager, batch, 1000L * draw).values();
        for (int i = 0; i < values.length; i++) {
          mean[i] += (values[i] - undropped[i]) / (double) draws;
          square += Math.pow(values[i] - undropped[i], 2) / draws / values.length;
        }
      }
      double spread = Math.sqrt(square);
      double off = Math.sqrt(Arrays.stream(mean).map(m -> m * m).sum() / mean.length);
      assertThat(spread).isGreaterThan(1e-4);
      assertThat(off / spread).isCloseTo(1 / Math.sqrt(draws), within(0.04));
    }
  }

  @Test
  void entropiesLeadBackAsTheyChange() {
    try (var network = base.trainable(adapter, ForwardOptions.PLAIN)) {
      entropiesLeadBack(network, adapter.masters());
    }
  }

  @Test
  void entropiesLeadBackToAllWeights() {
    try (var model = MergedModel.open(manager, weights(Optional.empty()));
        var weights = WholeWeights.of(manager, model);
        var network = base.trainable(weights, ForwardOptions.PLAIN)) {
      weights.masters().forEach(master -> master.setRequiresGradient(true));
      entropiesLeadBack(network, weights.masters());
    }
  }

  @Test
  void entropiesThatAreToldAloneLeadNowhere() {
    try (var network = base.trainable(adapter, ForwardOptions.PLAIN)) {
      toldAlone(network, adapter.masters());
    }
  }

  @Test
  void entropiesThatAreToldAloneLeadToNoWeightsEither() {
    try (var model = MergedModel.open(manager, weights(Optional.empty()));
        var weights = WholeWeights.of(manager, model);
        var network = base.trainable(weights, ForwardOptions.PLAIN)) {
      weights.masters().forEach(master -> master.setRequiresGradient(true));
      toldAlone(network, weights.masters());
    }
  }

  private void toldAlone(TrainableNetwork network, List<NDArray> masters) {
    var batch = new AnswerBatch(groups(12), Reading.BEFORE, 0.8);
    int targets = batch.targets().length;
    float[] slopes = slopes(3 * targets);
    var told = network.said(manager, batch, 0, Entropies.TOLD);
    assertThat(told.values())
        .containsExactly(network.said(manager, batch, 0, Entropies.LEARNT).values());
    told.backward(slopes);
    var gradients = masters.stream().map(TrainableNetworkTest::taken).toList();
    network.logProbs(manager, batch, 0).backward(Arrays.copyOf(slopes, targets));
    for (int i = 0; i < masters.size(); i++) {
      assertThat(gradients.get(i)).containsExactly(taken(masters.get(i)));
    }
  }

  /** Along a line through what is trained the weighted sum rises as its gradient says. */
  private void entropiesLeadBack(TrainableNetwork network, List<NDArray> masters) {
    var batch = new AnswerBatch(groups(12), Reading.BEFORE, 0.8);
    float[] slopes = slopes(3 * batch.targets().length);
    network.said(manager, batch, 0, Entropies.LEARNT).backward(slopes);
    var random = new Random(8);
    double expected = 0;
    var line = new ArrayList<float[]>();
    for (NDArray master : masters) {
      float[] gradient = taken(master);
      float[] direction = new float[gradient.length];
      for (int i = 0; i < gradient.length; i++) {
        direction[i] = (float) random.nextGaussian();
        expected += gradient[i] * direction[i];
      }
      line.add(direction);
    }
    double step = 2e-4;
    move(masters, line, step);
    double after = weighted(network.said(manager, batch, 0, Entropies.LEARNT).values(), slopes);
    move(masters, line, -2 * step);
    double before = weighted(network.said(manager, batch, 0, Entropies.LEARNT).values(), slopes);
    double found = (after - before) / (2 * step);
    assertThat(found).isCloseTo(expected, within(0.01 * Math.abs(expected)));
  }

  private static void move(List<NDArray> masters, List<float[]> line, double step) {
    for (int i = 0; i < line.size(); i++) {
      NDArray master = masters.get(i);
      float[] moved = master.toFloatArray();
      for (int j = 0; j < moved.length; j++) {
        moved[j] += (float) (step * line.get(i)[j]);
      }
      master.setRequiresGradient(false);
      master.set(moved);
      master.setRequiresGradient(true);
    }
  }

  /** Short groups attend by products in bf16, long ones by one operation in f32. */
  @ParameterizedTest
  @CsvSource({"60, 60", "300, 300", "60, 300"})
  void inBf16TheSameIsLearntButForRounding(int one, int other) {
    Path folder = SmallModel.resource("golden/chat");
    var net = Architecture.load(folder);
    var random = new Random(4);
    var batch = new AnswerBatch(List.of(group(net, random, one), group(net, random, other)));
    float[] slopes = slopes(batch.targets().length);
    var f32 = learnt(folder, net, Precision.F32, batch, slopes);
    var bf16 = learnt(folder, net, Precision.BF16, batch, slopes);
    double squares = 0;
    for (int i = 0; i < slopes.length; i++) {
      squares += Math.pow(bf16.values()[i] - f32.values()[i], 2);
    }
    assertThat(Math.sqrt(squares / slopes.length)).isLessThan(0.05);
    for (int i = 0; i < f32.gradients().size(); i++) {
      assertThat(cosine(bf16.gradients().get(i), f32.gradients().get(i))).isGreaterThan(0.99);
    }
  }

  private Ran learnt(
      Path folder, Architecture net, Precision precision, AnswerBatch batch, float[] slopes) {
    try (var frozen = Network.load(manager, folder, net, precision, 320, Optional.empty());
        var model = MergedModel.open(manager, VersionWeights.of(folder, Optional.empty()));
        var weights = WholeWeights.of(manager, model);
        var network = frozen.trainable(weights, ForwardOptions.PLAIN)) {
      weights.masters().forEach(master -> master.setRequiresGradient(true));
      return run(network.logProbs(manager, batch, 0), slopes, weights);
    }
  }

  /** A prompt and two answers, of so many tokens together. */
  private static Branches group(Architecture net, Random random, int tokens) {
    return new Branches(ids(net, random, tokens - 40), ids(net, random, 20), ids(net, random, 20));
  }

  private static int[] ids(Architecture net, Random random, int count) {
    return random.ints(count, 0, net.vocabulary()).toArray();
  }

  private static double cosine(float[] one, float[] other) {
    double product = 0;
    double ofOne = 0;
    double ofOther = 0;
    for (int i = 0; i < one.length; i++) {
      product += (double) one[i] * other[i];
      ofOne += (double) one[i] * one[i];
      ofOther += (double) other[i] * other[i];
    }
    return product / Math.sqrt(ofOne * ofOther);
  }

  /** But for whether tokens are the likeliest, which leads nowhere. */
  private static double weighted(float[] values, float[] slopes) {
    return IntStream.range(0, values.length / 3 * 2).mapToDouble(i -> values[i] * slopes[i]).sum();
  }

  @Test
  void wholeWeightsLearnTheSameInChunksAndCheckpointed() {
    var groups = groups(12);
    var all = new AnswerBatch(groups);
    float[] slopes = slopes(all.targets().length);
    try (var model = MergedModel.open(manager, weights(Optional.empty()));
        var weights = WholeWeights.of(manager, model);
        var network = base.trainable(weights, ForwardOptions.PLAIN);
        var checkpointed = base.trainable(weights, CHECKPOINTED)) {
      weights.masters().forEach(master -> master.setRequiresGradient(true));
      var together = run(network.logProbs(manager, all, 0), slopes, weights);
      var recomputed = run(checkpointed.logProbs(manager, all, 0), slopes, weights);
      int at = 0;
      for (Branches group : groups) {
        var alone = network.logProbs(manager, new AnswerBatch(List.of(group)), 0);
        int count = alone.values().length;
        alone.backward(Arrays.copyOfRange(slopes, at, at + count));
        at += count;
      }
      assertNear(together.gradients(), taken(weights));
      assertThat(recomputed.values()).isEqualTo(together.values());
      assertNear(recomputed.gradients(), together.gradients());
      float[] frozen = base.answerLogProbs(manager, all).toFloatArray();
      assertThat(maxDifference(together.values(), frozen)).isLessThan(1e-5);
    }
  }

  @Test
  void aModelWithAnAdapterMultipliedInSaysWhatTheAdapterSays() {
    Path folder = MODEL.folder().resolve("adapter");
    try (var model = MergedModel.open(manager, weights(Optional.of(folder)));
        var merged = Network.load(manager, model, Precision.F32, 128)) {
      float[] logits = merged.full(manager, MODEL.tokens()).toFloatArray();
      assertThat(maxDifference(logits, MODEL.golden("lora.logits"))).isLessThan(1e-5);
    }
  }

  private static VersionWeights weights(Optional<Path> adapter) {
    return VersionWeights.of(MODEL.folder(), adapter);
  }

  private record Ran(float[] values, List<float[]> gradients) {}

  private Ran run(Differentiable outputs, float[] slopes) {
    return run(outputs, slopes, adapter);
  }

  private static Ran run(Differentiable outputs, float[] slopes, Trainable trained) {
    outputs.backward(slopes);
    return new Ran(outputs.values(), taken(trained));
  }

  private List<float[]> taken() {
    return taken(adapter);
  }

  private static List<float[]> taken(Trainable trained) {
    return trained.masters().stream().map(TrainableNetworkTest::taken).toList();
  }

  /** A master's gradient, which starts anew. */
  private static float[] taken(NDArray master) {
    try (NDArray gradient = master.getGradient()) {
      float[] values = gradient.toFloatArray();
      gradient.muli(0);
      return values;
    }
  }

  private static void assertNear(List<float[]> found, List<float[]> expected) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.size(); i++) {
      double longest = maxDifference(expected.get(i), new float[expected.get(i).length]);
      assertThat(longest).isPositive();
      assertThat(maxDifference(found.get(i), expected.get(i))).isLessThan(1e-5 * longest);
    }
  }

  /** Prompts with two answers each. */
  private static List<Branches> groups(int count) {
    var groups = new ArrayList<Branches>();
    for (int i = 0; i < count; i++) {
      int[] tokens = MODEL.tokens()[i % 3];
      int cut = 4 + i;
      groups.add(
          new Branches(
              Arrays.copyOf(tokens, cut),
              Arrays.copyOfRange(tokens, cut, 34),
              Arrays.copyOfRange(MODEL.tokens()[(i + 1) % 3], 20 - i, 34)));
    }
    return groups;
  }

  private static float[] slopes(int count) {
    var random = new Random(3);
    float[] slopes = new float[count];
    IntStream.range(0, count).forEach(i -> slopes[i] = (float) random.nextGaussian());
    return slopes;
  }

  private NDArray normal(Random random, int width) {
    float[] values = new float[width];
    IntStream.range(0, width).forEach(i -> values[i] = (float) random.nextGaussian());
    return manager.create(values, new Shape(1, width));
  }
}
