package dev.hone.inference;

/**
 * How far one answer is drafted ahead: further while drafts come true, and only after longer
 * matches while they do not.
 */
final class Drafting {
  private static final int FIRST = 4;
  private static final int LONGEST = 8;
  private static final int LONGEST_MATCH = 16;

  private final NgramDraft ngrams = new NgramDraft();
  private int length = FIRST;
  private int match = NgramDraft.SHORTEST;

  /**
   * @param tokens of prompt and answer, then anything
   * @param count of these
   * @param most tokens to draft
   */
  int[] next(int[] tokens, int count, int most) {
    return ngrams.next(tokens, count, match, Math.min(length, most));
  }

  /** Learns how much of a draft was drawn; nothing from none. */
  void verified(int drafted, int accepted) {
    if (drafted == 0) {
      return;
    }
    if (accepted == 0) {
      length = Math.max(1, length / 2);
      match = Math.min(LONGEST_MATCH, 2 * match);
      return;
    }
    match = NgramDraft.SHORTEST;
    length = accepted < drafted ? accepted + 1 : Math.min(LONGEST, 2 * length);
  }
}
