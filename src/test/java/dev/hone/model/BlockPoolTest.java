package dev.hone.model;

import static dev.hone.model.SmallModel.maxDifference;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Keys and values that were copied give the logits that those computed in place do. */
class BlockPoolTest {
  private static final double NEAR = 1e-4;
  private static final int BLOCK = CacheMemory.BLOCK;

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void aPrefixThatWasStoredAndRestoredIsTheOneThatWasComputed() {
    var model = SmallModel.PLAIN;
    int[] tokens = new int[100];
    Arrays.setAll(tokens, i -> (i * 13 + 5) % 64);
    try (var network = model.load(manager, Precision.F32);
        var pool = new BlockPool(manager, model.architecture(), 7);
        var cache = network.newCache(4, CacheMemory.ofWindows(4, 128))) {
      assertThat(cache.reserve(4, 100)).isTrue();
      float[] whole = network.prefill(manager, cache, 1, 0, tokens).toFloatArray();
      pool.store(cache, 1, 0, new int[] {5});
      pool.store(cache, 1, BLOCK, new int[] {2, 6});
      for (int blocks = 1; blocks <= 3; blocks++) {
        int held = blocks * BLOCK;
        network.prefill(manager, cache, 3, 0, new int[] {1, 2, 3});
        pool.restore(cache, 3, Arrays.copyOf(new int[] {5, 2, 6}, blocks));
        int[] rest = Arrays.copyOfRange(tokens, held, 100);
        float[] continued = network.prefill(manager, cache, 3, held, rest).toFloatArray();
        assertThat(maxDifference(continued, whole)).isLessThan(NEAR);
      }
    }
  }

  @Test
  void twoSlotsThatWereExchangedGoOnAsBefore() {
    var model = SmallModel.PLAIN;
    int[][] rows = model.tokens();
    try (var network = model.load(manager, Precision.F32);
        var cache = network.newCache(3, CacheMemory.ofWindows(3, 128))) {
      assertThat(cache.reserve(3, 40)).isTrue();
      network.prefill(manager, cache, 0, 0, Arrays.copyOf(rows[0], 20));
      network.prefill(manager, cache, 1, 0, Arrays.copyOf(rows[1], 9));
      float[] before = decoded(network, cache, rows, List.of(0, 1));
      cache.swap(0, 1, 20);
      float[] after = decoded(network, cache, rows, List.of(1, 0));
      assertThat(maxDifference(half(after, 1), half(before, 0))).isLessThan(NEAR);
      assertThat(maxDifference(half(after, 0), half(before, 1))).isLessThan(NEAR);
    }
  }

  private float[] decoded(Network network, KvCache cache, int[][] rows, List<Integer> order) {
    int[] lengths = {20, 9};
    int[] positions = order.stream().mapToInt(row -> lengths[row]).toArray();
    int[] next = order.stream().mapToInt(row -> rows[row][lengths[row]]).toArray();
    return network.decode(manager, cache, next, positions).toFloatArray();
  }

  private static float[] half(float[] both, int which) {
    int size = both.length / 2;
    return Arrays.copyOfRange(both, which * size, (which + 1) * size);
  }
}
