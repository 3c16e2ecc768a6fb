package dev.hone.inference;

import java.time.Duration;

/**
 * Bounds over all versions that are served.
 *
 * @param queueCapacity sequences of one {@link Priority} that may wait; for a version that nobody
 *     waits for one may beyond that, so that one version's crowd shuts nobody else out
 * @param maxBatch sequences that run at once
 * @param prefillChunk prompt tokens fed in one step while nobody is decoded
 * @param sharedPrefillChunk the same while others are: they wait for it between two tokens
 * @param queuePatience how long somebody may wait until let in
 * @param prefixBlocks blocks that all runners together can store beside their slots; none switches
 *     the prefix cache off
 */
public record EngineLimits(
    int queueCapacity,
    int maxBatch,
    int prefillChunk,
    int sharedPrefillChunk,
    Duration queuePatience,
    int prefixBlocks) {
  private static final Duration PATIENT = Duration.ofHours(1);

  public EngineLimits {
    if (queueCapacity < 1 || maxBatch < 1 || prefillChunk < 1 || sharedPrefillChunk < 1) {
      throw new IllegalArgumentException("engine limits must be positive");
    }
    if (queuePatience.isNegative() || prefixBlocks < 0) {
      throw new IllegalArgumentException("neither patience nor blocks can be less than none");
    }
  }

  /** Without a prefix cache. */
  public EngineLimits(
      int queueCapacity, int maxBatch, int prefillChunk, int sharedPrefillChunk) {
    this(queueCapacity, maxBatch, prefillChunk, sharedPrefillChunk, PATIENT, 0);
  }

  public EngineLimits withPrefixBlocks(int blocks) {
    return new EngineLimits(
        queueCapacity, maxBatch, prefillChunk, sharedPrefillChunk, queuePatience, blocks);
  }
}
