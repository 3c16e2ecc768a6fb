package dev.hone.api;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.hone.chat.AnswerEnd;
import java.util.List;

/** Tokens of each prompt, once, and of all its answers. */
@JsonNaming(SnakeCaseStrategy.class)
record Usage(int promptTokens, int completionTokens, int totalTokens) {
  private static final Usage NONE = new Usage(0, 0, 0);

  /** Of the answers to one prompt. */
  static Usage of(List<AnswerEnd> ends) {
    return of(ends, Math.max(1, ends.size()));
  }

  /**
   * @param ends those to each prompt next to each other
   * @param perPrompt number of answers to each
   */
  static Usage of(List<AnswerEnd> ends, int perPrompt) {
    var usage = NONE;
    for (int i = 0; i < ends.size(); i++) {
      usage = usage.plus(i % perPrompt == 0 ? ends.get(i).promptTokens() : 0, ends.get(i));
    }
    return usage;
  }

  private Usage plus(int prompt, AnswerEnd end) {
    int completion = end.completionTokens();
    return new Usage(
        promptTokens + prompt, completionTokens + completion, totalTokens + prompt + completion);
  }
}
