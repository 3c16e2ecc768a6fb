package dev.hone.model;

/** A bound on the keys and values of a cache, counted in blocks of tokens. */
public record CacheMemory(int blocks) {
  /** Tokens of a block. */
  public static final int BLOCK = 32;

  /** As many whole blocks as so much memory holds. */
  public static CacheMemory ofBytes(long bytes, Architecture net) {
    return new CacheMemory(blocksIn(bytes, net));
  }

  /** Enough for so many slots of a whole window. */
  public static CacheMemory ofWindows(int slots, int window) {
    return new CacheMemory(slots * blocksOf(window));
  }

  public static int blocksIn(long bytes, Architecture net) {
    return (int) Math.min(Integer.MAX_VALUE, bytes / (BLOCK * net.cacheBytesPerToken()));
  }

  /** Blocks that so many positions begin. */
  public static int blocksOf(int positions) {
    return Math.ceilDiv(positions, BLOCK);
  }
}
