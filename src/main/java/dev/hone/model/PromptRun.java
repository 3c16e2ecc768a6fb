package dev.hone.model;

/**
 * A run of a prompt's tokens for one slot of the cache.
 *
 * @param start positions that the slot holds before
 * @param tokens [length], at least one
 * @param last whether the logits after its last token are wanted
 */
public record PromptRun(int slot, int start, int[] tokens, boolean last) {
  /** Positions that the slot holds after it. */
  public int end() {
    return start + tokens.length;
  }
}
