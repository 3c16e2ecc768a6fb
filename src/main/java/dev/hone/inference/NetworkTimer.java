package dev.hone.inference;

import ai.djl.ndarray.NDManager;
import dev.hone.model.CacheMemory;
import dev.hone.model.KvCache;
import dev.hone.model.Network;
import java.util.Arrays;

/**
 * Times a network by the wall clock, after a warm-up. What takes long is repeated less, so that a
 * precision that crawls here is told of in seconds too.
 */
final class NetworkTimer {
  private static final int WARM_UP = 2;
  private static final double LONGEST_SECONDS = 4;

  private final NDManager manager;
  private final Network network;
  private final int repeats;

  NetworkTimer(NDManager manager, Network network, int repeats) {
    this.manager = manager;
    this.network = network;
    this.repeats = repeats;
  }

  /**
   * Tokens per second of all sequences together.
   *
   * @param median of the steps
   * @param fastest of the steps: what else runs on the machine only ever makes one slower
   */
  record Rate(double median, double fastest) {}

  /** Positions that a sequence takes up in the end. */
  static int room(int filled, int repeats) {
    return filled + WARM_UP + repeats;
  }

  /**
   * @param batch sequences decoded at once
   * @param filled positions that each has in the cache when the clock starts
   */
  Rate decode(int batch, int filled) {
    try (var cache = cache(batch, room(filled, repeats))) {
      return rate(
          batch,
          step -> {
            int[] positions = new int[batch];
            Arrays.fill(positions, filled + step);
            try (NDManager passing = manager.newSubManager()) {
              network.decode(passing, cache, tokens(batch), positions);
            }
          });
    }
  }

  /** Of one prompt fed at once. */
  Rate prefill(int length) {
    try (var cache = cache(1, length)) {
      return rate(
          length,
          _ -> {
            try (NDManager passing = manager.newSubManager()) {
              network.prefill(passing, cache, 0, 0, tokens(length));
            }
          });
    }
  }

  private KvCache cache(int slots, int positions) {
    var cache = network.newCache(slots, CacheMemory.ofWindows(slots, network.window()));
    if (!cache.reserve(slots, positions)) {
      cache.close();
      throw new IllegalArgumentException(
          "%d positions exceed the window of %d".formatted(positions, network.window()));
    }
    return cache;
  }

  /** Any will do, as long as they are not all the same row of the embedding. */
  private int[] tokens(int count) {
    int[] tokens = new int[count];
    Arrays.setAll(tokens, i -> (i * 31 + 7) % network.architecture().vocabulary());
    return tokens;
  }

  private interface Step {
    void run(int index);
  }

  /**
   * @param tokens of a step
   */
  private Rate rate(int tokens, Step step) {
    double[] seconds = new double[WARM_UP + repeats];
    int timed = 0;
    long begin = System.nanoTime();
    for (int i = 0; i < WARM_UP + repeats; i++) {
      long start = System.nanoTime();
      boolean late = (start - begin) / 1e9 > LONGEST_SECONDS;
      if (late && timed > 0) {
        break;
      }
      step.run(i);
      if (i >= WARM_UP || late) {
        seconds[timed++] = (System.nanoTime() - start) / 1e9;
      }
    }
    Arrays.sort(seconds, 0, timed);
    return new Rate(tokens / seconds[timed / 2], tokens / seconds[0]);
  }
}
