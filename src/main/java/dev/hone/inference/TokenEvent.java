package dev.hone.inference;

import java.util.List;

/** What a generation tells its listener, in order: tokens, then exactly one of the other two. */
public sealed interface TokenEvent {
  /**
   * One generated token.
   *
   * @param id the token
   * @param text what it adds to the answer; may be empty while a character or a possible stop
   *     string is incomplete
   * @param logprob natural log of the raw model's probability (temperature 1, nothing filtered)
   * @param sampledLogprob the same under the distribution that was drawn from; 0 when greedy
   * @param alternatives the likeliest by the raw model, likeliest first, as many as were asked for
   */
  record Token(
      int id, String text, float logprob, float sampledLogprob, List<Alternative> alternatives)
      implements TokenEvent {}

  /**
   * A token that could have been drawn.
   *
   * @param logprob natural log of the raw model's probability
   */
  record Alternative(int id, float logprob) {}

  /**
   * The end.
   *
   * @param tail text that was held back and belongs to the answer after all
   * @param cachedTokens of the prompt, whose keys and values were there already
   */
  record Finished(FinishReason reason, String tail, int cachedTokens) implements TokenEvent {}

  /** The engine could not go on; no further event follows. */
  record Failed(RuntimeException cause) implements TokenEvent {}
}
