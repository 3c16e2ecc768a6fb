package dev.hone.api;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.hone.chat.AnswerEnd;
import java.util.List;

/** OpenAI's {@code text_completion}: a whole one, or what a streamed one has grown by. */
@JsonNaming(SnakeCaseStrategy.class)
record TextCompletion(
    String id,
    String object,
    long created,
    String model,
    String systemFingerprint,
    List<Choice> choices) {
  /**
   * @param usage null in every chunk but the last
   */
  record WithUsage(@JsonUnwrapped TextCompletion completion, Usage usage) {}

  /**
   * @param logprobs null unless they are asked for
   * @param finishReason null until the answer ends
   */
  @JsonNaming(SnakeCaseStrategy.class)
  record Choice(String text, int index, TextLogprobs logprobs, String finishReason) {
    static Choice growing(int index, String text, TextLogprobs logprobs) {
      return new Choice(text, index, logprobs, null);
    }

    static Choice ended(int index, String text, TextLogprobs logprobs, AnswerEnd end) {
      return new Choice(text, index, logprobs, FinishReasons.of(end));
    }
  }

  static TextCompletion of(CompletionHead head, List<Choice> choices) {
    return new TextCompletion(
        head.id(),
        "text_completion",
        head.created(),
        head.model(),
        head.systemFingerprint(),
        choices);
  }
}
