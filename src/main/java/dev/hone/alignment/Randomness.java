package dev.hone.alignment;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Independent streams of random numbers from one seed, each by its use and index. */
public final class Randomness {
  private Randomness() {}

  public static RandomGenerator of(long seed, String use, long index) {
    long mixed = new SplittableRandom(seed).nextLong() ^ use.hashCode();
    return new SplittableRandom(new SplittableRandom(mixed).nextLong() + index).split();
  }

  /** The numbers from 0 on, in any order (Fisher and Yates). */
  public static int[] shuffled(int count, RandomGenerator random) {
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
