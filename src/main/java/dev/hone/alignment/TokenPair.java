package dev.hone.alignment;

import dev.hone.model.AnswerBatch;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;

/**
 * A preference as token ids: of two answers to a prompt, the one that was preferred. An answer ends
 * with the end-of-turn id unless it was cut.
 *
 * @param key SHA-256 over the ids, hexadecimal: the same ids have the same key everywhere
 */
public record TokenPair(String key, int[] prompt, int[] chosen, int[] rejected) {
  public TokenPair {
    if (prompt.length == 0 || chosen.length == 0 || rejected.length == 0) {
      throw new IllegalArgumentException("prompt and answers need at least one token each");
    }
  }

  /** As the network takes it: the prompt, then both answers branching off. */
  AnswerBatch.Branches branches() {
    return new AnswerBatch.Branches(prompt, chosen, rejected);
  }

  /** Several at once; the answers are in the order chosen, rejected, pair by pair. */
  public static AnswerBatch batch(List<TokenPair> pairs) {
    return new AnswerBatch(pairs.stream().map(TokenPair::branches).toList());
  }

  public static TokenPair of(int[] prompt, int[] chosen, int[] rejected) {
    var digest = Digest.sha256();
    for (int[] ids : new int[][] {prompt, chosen, rejected}) {
      var bytes = ByteBuffer.allocate(Integer.BYTES * (ids.length + 1)).putInt(ids.length);
      for (int id : ids) {
        bytes.putInt(id);
      }
      digest.update(bytes.flip());
    }
    return new TokenPair(HexFormat.of().formatHex(digest.digest()), prompt, chosen, rejected);
  }
}
