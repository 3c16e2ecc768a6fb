package dev.hone.api;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.hone.chat.AnswerEnd;
import java.util.List;

/** OpenAI's {@code chat.completion}. */
@JsonNaming(SnakeCaseStrategy.class)
record CompletionResponse(
    String id,
    String object,
    long created,
    String model,
    List<Choice> choices,
    Usage usage,
    String systemFingerprint) {
  /** One answer in full. */
  @JsonNaming(SnakeCaseStrategy.class)
  record Choice(int index, Reply message, Logprobs logprobs, String finishReason) {}

  /** The assistant's message; {@code refusal} is always null. */
  record Reply(String role, String content, Object refusal) {}

  static CompletionResponse of(CompletionHead head, List<Choice> choices, Usage usage) {
    return new CompletionResponse(
        head.id(),
        "chat.completion",
        head.created(),
        head.model(),
        choices,
        usage,
        head.systemFingerprint());
  }

  /**
   * @param logprobs null unless they are asked for
   */
  static Choice choice(int index, String text, Logprobs logprobs, AnswerEnd end) {
    return new Choice(index, new Reply("assistant", text, null), logprobs, FinishReasons.of(end));
  }
}
