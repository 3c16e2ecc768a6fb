package dev.hone.api;

import com.fasterxml.jackson.annotation.JsonInclude;
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
    String systemFingerprint,
    @JsonInclude(JsonInclude.Include.NON_NULL) String serviceTier) {
  /**
   * One answer in full.
   *
   * @param reward null unless it was chosen among several
   */
  @JsonNaming(SnakeCaseStrategy.class)
  record Choice(
      int index,
      Reply message,
      Logprobs logprobs,
      String finishReason,
      @JsonInclude(JsonInclude.Include.NON_NULL) Double reward) {}

  /**
   * The assistant's message; {@code refusal} is always null.
   *
   * @param content null where there are calls and nothing beside them
   * @param toolCalls null without calls
   */
  @JsonNaming(SnakeCaseStrategy.class)
  record Reply(
      String role,
      String content,
      Object refusal,
      @JsonInclude(JsonInclude.Include.NON_NULL) List<ToolCalls.Call> toolCalls) {}

  static CompletionResponse of(CompletionHead head, List<Choice> choices, Usage usage) {
    return new CompletionResponse(
        head.id(),
        "chat.completion",
        head.created(),
        head.model(),
        choices,
        usage,
        head.systemFingerprint(),
        head.serviceTier());
  }

  /**
   * @param logprobs null unless they are asked for
   */
  static Choice choice(
      int index, String text, List<ToolCalls.Call> calls, Logprobs logprobs, AnswerEnd end) {
    var reply =
        calls.isEmpty()
            ? new Reply("assistant", text, null, null)
            : new Reply("assistant", text.isEmpty() ? null : text, null, calls);
    return new Choice(
        index,
        reply,
        logprobs,
        FinishReasons.of(end, !calls.isEmpty()),
        end.won().map(AnswerEnd.Won::reward).orElse(null));
  }
}
