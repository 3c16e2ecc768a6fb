package dev.hone.inference;

/**
 * The prompt leaves no room in the context window for even one new token, or a text that is only
 * read has more than the window.
 */
public final class ContextLengthExceededException extends RuntimeException {
  public ContextLengthExceededException(int promptTokens, int contextWindow) {
    this(
        "the prompt has %d tokens, the model's context window is %d and one must be left to answer"
            .formatted(promptTokens, contextWindow));
  }

  private ContextLengthExceededException(String message) {
    super(message);
  }

  /**
   * @throws ContextLengthExceededException where a text that nobody is to answer does not fit
   */
  public static void checkText(int tokens, int contextWindow) {
    if (tokens > contextWindow) {
      throw new ContextLengthExceededException(
          "the text has %d tokens and the model's context window is %d"
              .formatted(tokens, contextWindow));
    }
  }
}
