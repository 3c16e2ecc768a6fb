package dev.hone.inference;

import java.util.List;

/**
 * What an answer is guessed to go on with, to be fed behind its last token.
 *
 * @param tokens [drafted]; none where only the next token is drawn
 * @param shapings [drafted + 1], what the logits after its last token go through, then those after
 *     each that is guessed if it and all before it are drawn
 */
record Draft(int[] tokens, List<Shaping> shapings) {
  int length() {
    return tokens.length;
  }

  boolean none() {
    return tokens.length == 0;
  }

  /** Rows of logits that it takes. */
  int rows() {
    return shapings.size();
  }
}
