package dev.hone.api;

import dev.hone.chat.AnswerEnd;

/** OpenAI's words for how an answer ended. */
final class FinishReasons {
  private FinishReasons() {}

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
