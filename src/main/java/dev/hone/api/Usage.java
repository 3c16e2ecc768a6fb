package dev.hone.api;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.hone.chat.AnswerEnd;
import java.util.List;

/** Tokens of each prompt, once, and of all its answers, also those that are not given. */
@JsonNaming(SnakeCaseStrategy.class)
record Usage(
    int promptTokens,
    int completionTokens,
    int totalTokens,
    PromptDetails promptTokensDetails,
    CompletionDetails completionTokensDetails) {
  /**
   * @param cachedTokens those that the engine still had from before
   */
  @JsonNaming(SnakeCaseStrategy.class)
  record PromptDetails(int cachedTokens, int audioTokens) {}

  /** OpenAI's other kinds of tokens, of which there are none here. */
  @JsonNaming(SnakeCaseStrategy.class)
  record CompletionDetails(
      int reasoningTokens,
      int audioTokens,
      int acceptedPredictionTokens,
      int rejectedPredictionTokens) {
    private static final CompletionDetails NONE = new CompletionDetails(0, 0, 0, 0);
  }

  /** Of the answers to one prompt. */
  static Usage of(List<AnswerEnd> ends) {
    return of(ends, Math.max(1, ends.size()));
  }

  /**
   * @param ends those to each prompt next to each other
   * @param perPrompt number of answers to each
   */
  static Usage of(List<AnswerEnd> ends, int perPrompt) {
    int prompt = 0;
    int cached = 0;
    int completion = 0;
    for (int i = 0; i < ends.size(); i++) {
      AnswerEnd end = ends.get(i);
      completion += end.completionTokens();
      completion += end.won().map(AnswerEnd.Won::othersTokens).orElse(0);
      if (i % perPrompt == 0) { // the others are answers to the same
        prompt += end.promptTokens();
        cached += end.cachedTokens();
      }
    }
    return new Usage(
        prompt,
        completion,
        prompt + completion,
        new PromptDetails(cached, 0),
        CompletionDetails.NONE);
  }
}
