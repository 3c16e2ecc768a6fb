package dev.hone.chat;

import java.util.concurrent.CompletableFuture;

/**
 * One answer that a conversation asks the assistant for. LangChain4j has no way to hand a model who
 * asks and where the answer belongs, so it is bound around the call.
 *
 * @param memory shared by the answers to one message
 * @param readable true when the answer's reader listens or has gone, false when all is called off
 */
record Ask(
    AnswerRequest request,
    ConversationMemory memory,
    Cancellation cancellation,
    CompletableFuture<Boolean> readable) {
  static final ScopedValue<Ask> CURRENT = ScopedValue.newInstance();

  /** As a memory id each ask is itself alone. */
  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return request.draw().hashCode();
  }
}
