package dev.hone.alignment;

import java.util.Arrays;

/**
 * Which examples each optimiser step takes: every epoch goes through all of them once, in an order
 * that depends on the seed and the epoch only; its last batch may be smaller.
 *
 * @param maxSteps 0 for no limit
 */
public record BatchPlan(int examples, int batch, int epochs, int maxSteps, long seed) {
  public BatchPlan {
    if (examples < 1 || batch < 1 || epochs < 1 || maxSteps < 0) {
      throw new IllegalArgumentException("a plan needs examples, a batch size and epochs");
    }
  }

  public int steps() {
    long all = (long) epochs * stepsPerEpoch();
    return (int) Math.min(all, maxSteps == 0 ? Integer.MAX_VALUE : maxSteps);
  }

  private int stepsPerEpoch() {
    return Math.ceilDiv(examples, batch);
  }

  /** Indices of the examples of a step, which counts from 0. */
  public int[] batch(int step) {
    int from = step % stepsPerEpoch() * batch;
    return Arrays.copyOfRange(
        order(step / stepsPerEpoch()), from, Math.min(from + batch, examples));
  }

  /** Examples in all steps before this one. */
  public int visitedBefore(int step) {
    return step / stepsPerEpoch() * examples + step % stepsPerEpoch() * batch;
  }

  private int[] order(int epoch) {
    var random = Randomness.of(seed, "order", epoch);
    int[] order = new int[examples];
    for (int i = 0; i < examples; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
