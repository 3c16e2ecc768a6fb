package dev.hone.inference;

import dev.hone.model.PromptRun;
import java.util.List;

/**
 * What a sequence's answer is guessed to go on with, to be fed behind its last token.
 *
 * @param tokens [drafted]; none where only the next token is drawn
 * @param shapings [drafted + 1], what the logits after its last token go through, then those after
 *     each that is guessed if it and all before it are drawn
 */
record Draft(Sequence sequence, int[] tokens, List<Shaping> shapings) {
  int length() {
    return tokens.length;
  }

  boolean none() {
    return tokens.length == 0;
  }

  /** Its sequence's last token and itself, for a slot that lacks no other. */
  PromptRun run(int slot) {
    int[] chunk = new int[rows()];
    chunk[0] = sequence.last();
    System.arraycopy(tokens, 0, chunk, 1, tokens.length);
    return new PromptRun(slot, sequence.cached(), chunk, chunk.length);
  }

  /** Rows of logits that it takes. */
  int rows() {
    return shapings.size();
  }
}
