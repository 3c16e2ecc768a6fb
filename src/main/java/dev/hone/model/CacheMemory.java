package dev.hone.model;

/**
 * A bound on the keys and values of several caches together, counted in blocks of tokens. Changed
 * by one thread at a time, read by any.
 */
public final class CacheMemory {
  /** Tokens of a block. */
  public static final int BLOCK = 32;

  private final int blocks;
  private volatile int taken;

  public CacheMemory(int blocks) {
    this.blocks = blocks;
  }

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

  public int blocks() {
    return blocks;
  }

  public int taken() {
    return taken;
  }

  /** Whether a cache that holds so many blocks now may hold so many instead. */
  public boolean allows(int now, int then) {
    return taken - now + then <= blocks;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  public void changed(int before, int now) {
    taken += now - before;
  }
}
