package dev.hone.chat;

/** The seeds of several answers drawn together. */
public final class Seeds {
  private Seeds() {}

  /**
   * Choice 0 is drawn with the seed itself, each other with one of its own: SplitMix64 (Steele, Lea
   * and Flood, 2014) at that distance from it.
   */
  public static long ofChoice(long seed, int choice) {
    if (choice == 0) {
      return seed;
    }
    long z = seed + choice * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
