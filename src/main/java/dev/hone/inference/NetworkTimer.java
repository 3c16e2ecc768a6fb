package dev.hone.inference;

import ai.djl.ndarray.NDManager;
import dev.hone.model.CacheMemory;
import dev.hone.model.KvCache;
import dev.hone.model.Network;
import java.util.Arrays;

/**
 * Times a network by the wall clock: medians, after a warm-up. What takes long is repeated less, so
 * that a precision that crawls here is told of in seconds too.
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

  /** Positions that a sequence takes up in the end. */
  static int room(int filled, int repeats) {
    return filled + WARM_UP + repeats;
  }

  /**
   * Tokens per second of all sequences together.
   *
   * @param batch sequences decoded at once
   * @param filled positions that each has in the cache when the clock starts
   */
  double decodeTokensPerSecond(int batch, int filled) {
    try (var cache = cache(batch, room(filled, repeats))) {
      double seconds =
          median(
              step -> {
                int[] positions = new int[batch];
                Arrays.fill(positions, filled + step);
                try (NDManager passing = manager.newSubManager()) {
                  network.decode(passing, cache, tokens(batch), positions);
                }
              });
      return batch / seconds;
    }
  }

  /** Prompt tokens per second of one sequence fed at once. */
  double prefillTokensPerSecond(int length) {
    try (var cache = cache(1, length)) {
      double seconds =
          median(
              _ -> {
                try (NDManager passing = manager.newSubManager()) {
                  network.prefill(passing, cache, 0, 0, tokens(length));
                }
              });
      return length / seconds;
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

  private double median(Step step) {
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
    return seconds[timed / 2];
  }
}
