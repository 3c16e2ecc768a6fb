package dev.hone.chat;

import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.chat.response.StreamingHandle;
import io.quarkus.arc.Unremovable;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/**
 * The engine as LangChain4j's streaming model; the response's id is the turn's. The handler is
 * called on a virtual thread of its own, so that it may wait for its client.
 */
@ApplicationScoped
@Unremovable
class EngineStreamingChatModel implements StreamingChatModel {
  private final EngineCalls calls;

  EngineStreamingChatModel(EngineCalls calls) {
    this.calls = calls;
  }

  @Override
  public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
    var ask = Ask.CURRENT.isBound() ? Optional.of(Ask.CURRENT.get()) : Optional.<Ask>empty();
    Answer answer = calls.start(request, ask);
    Thread.ofVirtual()
        .name("answer-reader")
        .start(
            () -> {
              if (ask.isEmpty() || ask.get().readable().join()) {
                read(answer, handler);
              } else {
                answer.cancel();
              }
            });
  }

  private static void read(Answer answer, StreamingChatResponseHandler handler) {
    var context = new PartialResponseContext(new Handle(answer));
    var text = new StringBuilder();
    AnswerEnd end;
    try {
      end =
          answer.read(
              piece -> {
                text.append(piece);
                handler.onPartialResponse(new PartialResponse(piece), context);
              });
    } catch (RuntimeException e) { // LangChain4j takes every failure through its handler
      handler.onError(e);
      return;
    }
    handler.onCompleteResponse(EngineCalls.response(text.toString(), end));
  }

  private static final class Handle implements StreamingHandle {
    private final Answer answer;
    private volatile boolean cancelled;

    Handle(Answer answer) {
      this.answer = answer;
    }

    @Override
    public void cancel() {
      cancelled = true;
      answer.cancel();
    }

    @Override
    public boolean isCancelled() {
      return cancelled;
    }
  }
}
