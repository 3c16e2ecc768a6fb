package dev.hone.inference;

import java.time.Duration;

/**
 * Bounds over all versions that are served.
 *
 * @param queueCapacity sequences of one {@link Priority} that may wait; for a version that nobody
 *     waits for one may beyond that, so that one version's crowd shuts nobody else out
 * @param maxBatch sequences that run at once
 * @param prefillChunk prompt tokens fed in one step while nobody is decoded
 * @param sharedPrefillChunk the same while others are: they wait for it between two tokens; more,
 *     up to the other, where more wait for their first token than for their next
 * @param queuePatience how long somebody may wait until let in
 * @param cache blocks of keys and values
 * @param speculation whether answers are drafted ahead
 */
public record EngineLimits(
    int queueCapacity,
    int maxBatch,
    int prefillChunk,
    int sharedPrefillChunk,
    Duration queuePatience,
    CachePlan cache,
    Speculation speculation) {
  private static final Duration PATIENT = Duration.ofHours(1);

  public EngineLimits {
    if (queueCapacity < 1 || maxBatch < 1 || prefillChunk < 1 || sharedPrefillChunk < 1) {
      throw new IllegalArgumentException("engine limits must be positive");
    }
    if (queuePatience.isNegative()) {
      throw new IllegalArgumentException("nobody waits less than no time");
    }
  }

  /** Without a prefix cache and without drafts. */
  public EngineLimits(int queueCapacity, int maxBatch, int prefillChunk, int sharedPrefillChunk) {
    this(
        queueCapacity,
        maxBatch,
        prefillChunk,
        sharedPrefillChunk,
        PATIENT,
        new CachePlan(Integer.MAX_VALUE, 0),
        Speculation.OFF);
  }

  public EngineLimits with(CachePlan otherCache) {
    return new EngineLimits(
        queueCapacity,
        maxBatch,
        prefillChunk,
        sharedPrefillChunk,
        queuePatience,
        otherCache,
        speculation);
  }

  public EngineLimits with(Duration otherPatience) {
    return new EngineLimits(
        queueCapacity,
        maxBatch,
        prefillChunk,
        sharedPrefillChunk,
        otherPatience,
        cache,
        speculation);
  }

  public EngineLimits with(Speculation otherSpeculation) {
    return new EngineLimits(
        queueCapacity,
        maxBatch,
        prefillChunk,
        sharedPrefillChunk,
        queuePatience,
        cache,
        otherSpeculation);
  }
}
