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
}
