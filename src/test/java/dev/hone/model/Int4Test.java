package dev.hone.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Matrices that are packed to four bits, read back by multiplying with one. */
class Int4Test {
  private static final int GROUP = 32;
  private static final int ROWS = 16;
  private static final int COLUMNS = 64;

  /** What rounding scale and zero to bf16 costs at most, of a grid's step. */
  private static final double ROUNDING = 0.08;

  @Test
  void aGridThatReachesBothEndsComesBack() {
    assertThat(error(0, 15)).isLessThan(ROUNDING);
  }

  /** As in a Q4_0 file, whose grid has its zero in the middle and one end that nothing touches. */
  @Test
  void aGridThatDoesNotReachItsEndsComesBackToo() {
    assertThat(error(0, 12)).isLessThan(ROUNDING);
    assertThat(error(3, 13)).isLessThan(ROUNDING);
  }

  @Test
  void whatLiesOnNoGridIsRounded() {
    var random = new Random(1);
    float[] weights = new float[ROWS * COLUMNS];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) random.nextGaussian();
    }
    float[] back = packedAndBack(weights);
    for (int group = 0; group < weights.length; group += GROUP) {
      float low = Float.MAX_VALUE;
      float high = -Float.MAX_VALUE;
      for (int i = group; i < group + GROUP; i++) {
        low = Math.min(low, weights[i]);
        high = Math.max(high, weights[i]);
      }
      double step = (high - low) / 15;
      for (int i = group; i < group + GROUP; i++) {
        assertThat(Math.abs(back[i] - weights[i])).isLessThan((float) ((0.5 + ROUNDING) * step));
      }
    }
  }

  /** By one kernel or another, each rounds its activations to bf16. */
  @Test
  void aSequenceIsDecodedAsItIsReadAtOnce() {
    var model = new SmallModel(SmallModel.resource("golden/chat"));
    int[] tokens = {5, 17, 200, 43, 9, 311, 7};
    int end = tokens.length - 1;
    try (var manager = NDManager.newBaseManager();
        var network = model.load(manager, Precision.INT4);
        var cache = network.newCache(1, 1L << 24)) {
      assertThat(cache.reserve(1, tokens.length)).isTrue();
      network.prefill(manager, cache, 0, 0, Arrays.copyOf(tokens, end));
      float[] decoded =
          network
              .decode(manager, cache, new int[] {tokens[end]}, new int[] {end})
              .softmax(-1)
              .toFloatArray();
      assertThat(difference(decoded, last(network, manager, tokens))).isLessThan(0.01);
    }
  }

  /** Probabilities after the last token. */
  private static float[] last(Network network, NDManager manager, int[] tokens) {
    float[] all = network.full(manager, new int[][] {tokens}).softmax(-1).toFloatArray();
    return Arrays.copyOfRange(all, all.length - all.length / tokens.length, all.length);
  }

  private static double difference(float[] one, float[] other) {
    double most = 0;
    for (int i = 0; i < one.length; i++) {
      most = Math.max(most, Math.abs(one[i] - other[i]));
    }
    return most;
  }

  /**
   * The largest error in steps of the grid, of weights on whole steps from the first to the last.
   */
  private static double error(int first, int last) {
    var random = new Random(first * 31L + last);
    float[] weights = new float[ROWS * COLUMNS];
    float[] steps = new float[weights.length / GROUP];
    for (int group = 0; group < steps.length; group++) {
      steps[group] = 0.01f + random.nextFloat();
      for (int i = 0; i < GROUP; i++) {
        int at = i == 0 ? first : i == 1 ? last : random.nextInt(first, last + 1);
        weights[group * GROUP + i] = steps[group] * (at - 8);
      }
    }
    float[] back = packedAndBack(weights);
    double most = 0;
    for (int i = 0; i < weights.length; i++) {
      most = Math.max(most, Math.abs(back[i] - weights[i]) / steps[i / GROUP]);
    }
    return most;
  }

  private static float[] packedAndBack(float[] weights) {
    var net = SmallModel.PLAIN.architecture();
    try (var manager = NDManager.newBaseManager();
        var script = Script.compile(manager, NetworkSource.of(net, Precision.INT4, Set.of()));
        var matrix = Script.value(manager.create(weights, new Shape(ROWS, COLUMNS)));
        var one = Script.value(manager.eye(COLUMNS));
        IValue packed = script.call("pack", matrix);
        NDArray product = script.tensor(manager, "linear", one, packed)) {
      return product.toType(DataType.FLOAT32, true).transpose().toFloatArray();
    }
  }
}
