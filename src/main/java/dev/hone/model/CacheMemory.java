package dev.hone.model;

/** A bound on the keys and values of several caches together. Used by one thread at a time. */
public final class CacheMemory {
  private final long bytes;
  private long taken;

  public CacheMemory(long bytes) {
    this.bytes = bytes;
  }

  long bytes() {
    return bytes;
  }

  /** Whether a cache that holds so much now may hold so much instead. */
  boolean allows(long now, long then) {
    return taken - now + then <= bytes;
  }

  void changed(long before, long now) {
    taken += now - before;
  }
}
