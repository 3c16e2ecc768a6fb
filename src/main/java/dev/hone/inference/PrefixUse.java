package dev.hone.inference;

/**
 * What the prefix cache was asked for and had, since the start.
 *
 * @param lookups sequences let in, again after a preemption too
 * @param hits those of them that found a part of their tokens stored
 * @param tokens of all of them together
 * @param cachedTokens of these, what was stored
 */
public record PrefixUse(long lookups, long hits, long tokens, long cachedTokens) {
  /** Of two devices together. */
  PrefixUse plus(PrefixUse other) {
    return new PrefixUse(
        lookups + other.lookups,
        hits + other.hits,
        tokens + other.tokens,
        cachedTokens + other.cachedTokens);
  }
}
