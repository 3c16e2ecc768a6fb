package dev.hone.inference;

import java.time.Duration;

/**
 * @param version id of a loaded model version
 * @param prompt token ids, [promptLength]; shorter than the context window
 * @param patience how long it may wait until it is let in; nobody interactive waits longer than
 *     {@code hone.inference.queue-patience} anyway
 */
public record GenerationRequest(
    String version, int[] prompt, SamplingParams sampling, Priority priority, Duration patience) {
  private static final Duration ENDLESS = Duration.ofDays(365);

  /** Somebody waits for it. */
  public GenerationRequest(String version, int[] prompt, SamplingParams sampling) {
    this(version, prompt, sampling, Priority.INTERACTIVE, ENDLESS);
  }

  public GenerationRequest with(Priority otherPriority) {
    return new GenerationRequest(version, prompt, sampling, otherPriority, patience);
  }

  public GenerationRequest with(Duration otherPatience) {
    return new GenerationRequest(version, prompt, sampling, priority, otherPatience);
  }
}
