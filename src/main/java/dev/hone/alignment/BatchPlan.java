package dev.hone.alignment;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Which examples each optimiser step takes: every epoch goes through all of them once, in an order
 * that depends on the seed and the epoch only; its last batch may be smaller.
 *
 * @param whole whether an epoch leaves out what makes no whole batch, if it has another: which
 *     those are changes with the order
 * @param maxSteps 0 for no limit
 * @param lengths of the examples, so that those of a batch are alike; none where they need not be
 */
public record BatchPlan(
    int examples,
    int batch,
    int epochs,
    int maxSteps,
    long seed,
    List<Integer> lengths,
    boolean whole) {
  /** Batches among which examples are sorted by their length. */
  private static final int BUCKETS = 16;

  public BatchPlan(int examples, int batch, int epochs, int maxSteps, long seed) {
    this(examples, batch, epochs, maxSteps, seed, List.of());
  }

  public BatchPlan(
      int examples, int batch, int epochs, int maxSteps, long seed, List<Integer> lengths) {
    this(examples, batch, epochs, maxSteps, seed, lengths, false);
  }

  public BatchPlan {
    lengths = List.copyOf(lengths);
    if (examples < 1 || batch < 1 || epochs < 1 || maxSteps < 0) {
      throw new IllegalArgumentException("a plan needs examples, a batch size and epochs");
    }
  }

  public int steps() {
    long all = (long) epochs * stepsPerEpoch();
    return (int) Math.min(all, maxSteps == 0 ? Integer.MAX_VALUE : maxSteps);
  }

  private int stepsPerEpoch() {
    return whole ? Math.max(1, examples / batch) : Math.ceilDiv(examples, batch);
  }

  /** Indices of the examples of a step, which counts from 0. */
  public int[] batch(int step) {
    int from = step % stepsPerEpoch() * batch;
    return Arrays.copyOfRange(
        order(step / stepsPerEpoch()), from, Math.min(from + batch, examples));
  }

  /** Examples in all steps before this one. */
  public int visitedBefore(int step) {
    int inEpoch = Math.min(examples, stepsPerEpoch() * batch);
    return step / stepsPerEpoch() * inEpoch + step % stepsPerEpoch() * batch;
  }

  private int[] order(int epoch) {
    var random = Randomness.of(seed, "order", epoch);
    int[] order = Randomness.shuffled(examples, random);
    return lengths.isEmpty() ? order : bucketed(order, random);
  }

  /**
   * Sorts some batches' worth of the order by length at a time, and takes the batches that this
   * makes in any order; what is left of a whole batch, of any length, stays last.
   */
  private int[] bucketed(int[] order, RandomGenerator random) {
    int[] all = new int[examples];
    for (int from = 0; from < examples; from += BUCKETS * batch) {
      int to = Math.min(examples, from + BUCKETS * batch);
      int[] sorted =
          Arrays.stream(order, from, to)
              .boxed()
              .sorted(Comparator.comparing(lengths::get))
              .mapToInt(Integer::intValue)
              .toArray();
      int whole = sorted.length / batch;
      putLast(sorted, batch * random.nextInt(whole + 1), sorted.length % batch);
      int[] turns = Randomness.shuffled(whole, random);
      for (int turn = 0; turn < whole; turn++) {
        System.arraycopy(sorted, turns[turn] * batch, all, from + turn * batch, batch);
      }
      int rest = whole * batch;
      System.arraycopy(sorted, rest, all, from + rest, sorted.length - rest);
    }
    return all;
  }

  private static void putLast(int[] ids, int from, int count) {
    int[] moved = Arrays.copyOfRange(ids, from, from + count);
    System.arraycopy(ids, from + count, ids, from, ids.length - from - count);
    System.arraycopy(moved, 0, ids, ids.length - count, count);
  }
}
