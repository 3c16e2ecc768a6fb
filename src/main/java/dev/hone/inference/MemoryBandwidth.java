package dev.hone.inference;

import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;

/** How fast this machine reads memory: the floor under decoding, which reads every weight. */
final class MemoryBandwidth {
  private static final int BYTES = 1 << 28;
  private static final int ROUNDS = 8;

  private MemoryBandwidth() {}

  /** Best of several sweeps over more than any cache holds, by so many threads at once. */
  static double bytesPerSecond(int threads) throws InterruptedException {
    var sweeps = new ArrayList<Callable<Long>>();
    for (int i = 0; i < threads; i++) {
      long[] part = new long[BYTES / Long.BYTES / threads];
      sweeps.add(() -> sum(part));
    }
    double best = 0;
    try (var pool = Executors.newFixedThreadPool(threads)) {
      for (int round = 0; round < ROUNDS; round++) {
        long start = System.nanoTime();
        long seen = 0;
        for (var sum : pool.invokeAll(sweeps)) {
          seen += sum.get();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        // The sum is zero; using it keeps the sweep from being optimised away.
        best = Math.max(best, (BYTES + seen) / seconds);
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
    return best;
  }

  private static long sum(long[] part) {
    long sum = 0;
    for (long value : part) {
      sum += value;
    }
    return sum;
  }
}
