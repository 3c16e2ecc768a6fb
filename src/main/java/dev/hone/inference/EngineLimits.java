package dev.hone.inference;

/**
 * Bounds over all versions that are served.
 *
 * @param queueCapacity sequences that may wait; for a version that nobody waits for one may beyond
 *     that, so that one version's crowd shuts nobody else out
 * @param maxBatch sequences that run at once
 * @param prefillChunk prompt tokens fed in one step while nobody else is served
 * @param sharedPrefillChunk the same while others are: they wait for it between two tokens
 */
public record EngineLimits(
    int queueCapacity, int maxBatch, int prefillChunk, int sharedPrefillChunk) {
  public EngineLimits {
    if (queueCapacity < 1 || maxBatch < 1 || prefillChunk < 1 || sharedPrefillChunk < 1) {
      throw new IllegalArgumentException("engine limits must be positive");
    }
  }
}
