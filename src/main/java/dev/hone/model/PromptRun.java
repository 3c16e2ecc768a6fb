package dev.hone.model;

/**
 * A run of tokens for one slot of the cache: of a prompt, or an answer's last token and what may
 * follow it.
 *
 * @param start positions that the slot holds before
 * @param tokens [length], at least one
 * @param wanted after how many of its last tokens the logits are wanted
 */
public record PromptRun(int slot, int start, int[] tokens, int wanted) {
  public PromptRun {
    if (wanted > tokens.length) {
      throw new IllegalArgumentException(
          "a run of %d tokens has no %d rows of logits".formatted(tokens.length, wanted));
    }
  }

  /**
   * @param last whether the logits after its last token are wanted
   */
  public PromptRun(int slot, int start, int[] tokens, boolean last) {
    this(slot, start, tokens, last ? 1 : 0);
  }

  /** Positions that the slot holds after it. */
  public int end() {
    return start + tokens.length;
  }
}
