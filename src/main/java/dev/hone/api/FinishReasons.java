package dev.hone.api;

import dev.hone.chat.AnswerEnd;

/** OpenAI's words for how an answer ended. */
final class FinishReasons {
  private FinishReasons() {}

  /**
   * @param called whether the answer calls a function
   * @throws AnswerStoppedException if it did not come to an end of its own
   */
  static String of(AnswerEnd end, boolean called) {
    String reason = of(end);
    return called && reason.equals("stop") ? "tool_calls" : reason;
  }

  /**
   * @throws AnswerStoppedException if it did not come to an end of its own
   */
  static String of(AnswerEnd end) {
    return switch (end.reason()) {
      case STOP -> "stop";
      case LENGTH -> "length";
      case CANCELLED -> throw new AnswerStoppedException();
    };
  }
}
