package dev.hone.inference;

/** The prompt leaves no room in the context window for even one new token. */
public final class ContextLengthExceededException extends RuntimeException {
  private final int promptTokens;
  private final int contextWindow;

  public ContextLengthExceededException(int promptTokens, int contextWindow) {
    super(
        "the prompt has %d tokens, the model's context window is %d and one must be left to answer"
            .formatted(promptTokens, contextWindow));
    this.promptTokens = promptTokens;
    this.contextWindow = contextWindow;
  }

  public int promptTokens() {
    return promptTokens;
  }

  public int contextWindow() {
    return contextWindow;
  }
}
