package dev.hone.api;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.hone.inference.TokenEvent;
import dev.hone.model.Tokenizer;
import java.util.List;

/**
 * OpenAI's {@code logprobs} of a chat's answer.
 *
 * @param refusal always null
 */
record Logprobs(List<Drawn> content, Object refusal) {
  /**
   * A token of the answer.
   *
   * @param bytes null for a control token, which is no text
   */
  @JsonNaming(SnakeCaseStrategy.class)
  record Drawn(String token, float logprob, int[] bytes, List<Likely> topLogprobs) {}

  /** One of the likeliest in its place. */
  record Likely(String token, float logprob, int[] bytes) {}

  /** Control tokens, which are in no text, are left out. */
  static Logprobs of(List<TokenEvent.Token> tokens, Tokenizer tokenizer) {
    return new Logprobs(
        tokens.stream()
            .filter(token -> !tokenizer.isSpecial(token.id()))
            .map(token -> drawn(token, tokenizer))
            .toList(),
        null);
  }

  private static Drawn drawn(TokenEvent.Token token, Tokenizer tokenizer) {
    return new Drawn(
        TokenSpelling.text(tokenizer, token.id()),
        TokenSpelling.logprob(token.logprob()),
        TokenSpelling.bytes(tokenizer, token.id()),
        token.alternatives().stream()
            .map(
                likely ->
                    new Likely(
                        TokenSpelling.text(tokenizer, likely.id()),
                        TokenSpelling.logprob(likely.logprob()),
                        TokenSpelling.bytes(tokenizer, likely.id())))
            .toList());
  }
}
