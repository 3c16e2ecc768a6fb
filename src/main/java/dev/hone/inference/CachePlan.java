package dev.hone.inference;

import dev.hone.model.Architecture;
import dev.hone.model.CacheMemory;

/**
 * How the bound on keys and values is shared out, in blocks, before any is allocated.
 *
 * @param slots for those who run
 * @param prefixes for what was computed before and may be needed again; none switches the prefix
 *     cache off
 */
public record CachePlan(int slots, int prefixes) {
  /** What is stored is of use to some, a longer batch to all. */
  private static final int PREFIX_SHARE = 4;

  private static final long MIB = 1 << 20;

  /**
   * @throws IllegalArgumentException when not even one sequence of the whole window fits
   */
  static CachePlan of(long bytes, Architecture net, int window, boolean prefixCache) {
    int all = CacheMemory.blocksIn(bytes, net);
    int one = Math.max(1, CacheMemory.blocksOf(window));
    if (all < one) {
      long least = (long) one * CacheMemory.BLOCK * net.cacheBytesPerToken();
      throw new IllegalArgumentException(
          "hone.inference.cache-memory of %d MiB holds %d tokens, less than one context of %d: give"
                  .formatted(bytes / MIB, all * CacheMemory.BLOCK, window)
              + " it %d MiB or more, or set a smaller hone.inference.context-window"
                  .formatted(Math.ceilDiv(least, MIB)));
    }
    int prefixes = prefixCache ? Math.min(all / PREFIX_SHARE, all - one) : 0;
    return new CachePlan(all - prefixes, prefixes);
  }
}
