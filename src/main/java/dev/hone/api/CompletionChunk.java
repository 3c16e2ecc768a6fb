package dev.hone.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.hone.chat.AnswerEnd;
import java.util.List;

/** OpenAI's {@code chat.completion.chunk}. */
@JsonNaming(SnakeCaseStrategy.class)
record CompletionChunk(
    String id,
    String object,
    long created,
    String model,
    String systemFingerprint,
    @JsonInclude(JsonInclude.Include.NON_NULL) String serviceTier,
    List<Choice> choices) {
  /**
   * A chunk of a stream that was asked for its usage.
   *
   * @param usage null in every chunk but the last
   */
  record WithUsage(@JsonUnwrapped CompletionChunk chunk, Usage usage) {}

  /**
   * What one answer has grown by.
   *
   * @param reward in the last chunk of one that was chosen among several, else null
   */
  @JsonNaming(SnakeCaseStrategy.class)
  record Choice(
      int index,
      Delta delta,
      Logprobs logprobs,
      String finishReason,
      @JsonInclude(JsonInclude.Include.NON_NULL) Double reward) {}

  /** Role in the first chunk, content or a piece of a call in the ones after, none in the last. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonNaming(SnakeCaseStrategy.class)
  record Delta(String role, String content, List<ToolCalls.Delta> toolCalls) {}

  static CompletionChunk begin(CompletionHead head, int index) {
    return of(head, new Choice(index, new Delta("assistant", "", null), null, null, null));
  }

  /**
   * @param logprobs null unless they are asked for
   */
  static CompletionChunk text(CompletionHead head, int index, String text, Logprobs logprobs) {
    return of(head, new Choice(index, new Delta(null, text, null), logprobs, null, null));
  }

  static CompletionChunk call(CompletionHead head, int index, ToolCalls.Delta piece) {
    return of(head, new Choice(index, new Delta(null, null, List.of(piece)), null, null, null));
  }

  static CompletionChunk finish(CompletionHead head, int index, AnswerEnd end, boolean called) {
    return of(
        head,
        new Choice(
            index,
            new Delta(null, null, null),
            null,
            FinishReasons.of(end, called),
            end.won().map(AnswerEnd.Won::reward).orElse(null)));
  }

  static WithUsage usage(CompletionHead head, Usage usage) {
    return new WithUsage(of(head, List.of()), usage);
  }

  private static CompletionChunk of(CompletionHead head, Choice choice) {
    return of(head, List.of(choice));
  }

  private static CompletionChunk of(CompletionHead head, List<Choice> choices) {
    return new CompletionChunk(
        head.id(),
        "chat.completion.chunk",
        head.created(),
        head.model(),
        head.systemFingerprint(),
        head.serviceTier(),
        choices);
  }
}
