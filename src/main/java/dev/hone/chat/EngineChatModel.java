package dev.hone.chat;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import io.quarkus.arc.Unremovable;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** The engine as LangChain4j's blocking model; the response's id is the turn's. */
@ApplicationScoped
@Unremovable
class EngineChatModel implements ChatModel {
  private final EngineCalls calls;

  EngineChatModel(EngineCalls calls) {
    this.calls = calls;
  }

  @Override
  public ChatResponse doChat(ChatRequest request) {
    var text = new StringBuilder();
    var end = calls.start(request, Optional.empty()).read(text::append);
    return EngineCalls.response(text.toString(), end);
  }
}
