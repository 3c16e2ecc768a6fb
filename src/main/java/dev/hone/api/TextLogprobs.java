package dev.hone.api;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.hone.inference.TokenEvent;
import dev.hone.model.Tokenizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * OpenAI's {@code logprobs} of a text completion.
 *
 * @param textOffset where in the text each token begins, in code points
 * @param topLogprobs for each token the likeliest in its place, and itself
 */
@JsonNaming(SnakeCaseStrategy.class)
record TextLogprobs(
    List<String> tokens,
    List<Float> tokenLogprobs,
    List<Map<String, Float>> topLogprobs,
    List<Integer> textOffset) {
  /** Control tokens, which are in no text, are left out. */
  static TextLogprobs of(List<TokenEvent.Token> drawn, Tokenizer tokenizer, int start) {
    var all =
        new TextLogprobs(
            new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    int offset = start;
    for (TokenEvent.Token token : drawn) {
      if (!tokenizer.isSpecial(token.id())) {
        all.add(token, tokenizer, offset);
      }
      offset += token.text().codePointCount(0, token.text().length());
    }
    return all;
  }

  private void add(TokenEvent.Token token, Tokenizer tokenizer, int offset) {
    String text = TokenSpelling.text(tokenizer, token.id());
    float logprob = TokenSpelling.logprob(token.logprob());
    var top = new LinkedHashMap<String, Float>();
    for (var likely : token.alternatives()) {
      top.putIfAbsent(
          TokenSpelling.text(tokenizer, likely.id()), TokenSpelling.logprob(likely.logprob()));
    }
    top.putIfAbsent(text, logprob);
    tokens.add(text);
    tokenLogprobs.add(logprob);
    topLogprobs.add(top);
    textOffset.add(offset);
  }
}
