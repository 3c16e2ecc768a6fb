package dev.hone.alignment;

import dev.hone.model.AnswerBatch;

/**
 * A preference as token ids: of two answers to a prompt, the one that was preferred. An answer ends
 * with the end-of-turn id unless it was cut.
 *
 * @param key SHA-256 over the ids, hexadecimal: the same ids have the same key everywhere
 * @param promptKey the same for pairs of one prompt, however much was cut of it
 */
public record TokenPair(String key, String promptKey, int[] prompt, int[] chosen, int[] rejected)
    implements TokenExample {
  public TokenPair {
    if (prompt.length == 0 || chosen.length == 0 || rejected.length == 0) {
      throw new IllegalArgumentException("prompt and answers need at least one token each");
    }
  }

  @Override
  public AnswerBatch.Branches branches() {
    return new AnswerBatch.Branches(prompt, chosen, rejected);
  }

  public static TokenPair of(int[] prompt, int[] chosen, int[] rejected) {
    return of(Digest.ofIds(prompt), prompt, chosen, rejected);
  }

  static TokenPair of(String promptKey, int[] prompt, int[] chosen, int[] rejected) {
    return new TokenPair(
        Digest.ofIds(prompt, chosen, rejected), promptKey, prompt, chosen, rejected);
  }
}
