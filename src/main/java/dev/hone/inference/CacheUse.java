package dev.hone.inference;

/**
 * Memory of keys and values, in blocks.
 *
 * @param slots taken for those who run
 * @param slotsTotal what these may take
 * @param stored by the prefix cache
 * @param storedTotal what it may store; none where it is off
 */
public record CacheUse(int slots, int slotsTotal, int stored, int storedTotal) {
  /** Of two devices together. */
  CacheUse plus(CacheUse other) {
    return new CacheUse(
        slots + other.slots,
        slotsTotal + other.slotsTotal,
        stored + other.stored,
        storedTotal + other.storedTotal);
  }
}
