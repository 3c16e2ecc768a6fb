package dev.hone.chat;

import dev.hone.model.Message;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.UnsupportedFeatureException;
import java.util.List;

/** Between LangChain4j's messages and the model's. */
final class ChatMessages {
  private ChatMessages() {}

  static List<Message> toModel(List<ChatMessage> messages) {
    return messages.stream().map(ChatMessages::toModel).toList();
  }

  static List<ChatMessage> fromModel(List<Message> messages) {
    return messages.stream().map(ChatMessages::fromModel).toList();
  }

  private static Message toModel(ChatMessage message) {
    return switch (message) {
      case SystemMessage system -> new Message("system", system.text());
      case UserMessage user when user.hasSingleText() -> new Message("user", user.singleText());
      case AiMessage ai when !ai.hasToolExecutionRequests() -> new Message("assistant", ai.text());
      default ->
          throw new UnsupportedFeatureException(
              "only text is understood, not a message of type " + message.type());
    };
  }

  private static ChatMessage fromModel(Message message) {
    return switch (message.role()) {
      case "system" -> SystemMessage.from(message.content());
      case "user" -> UserMessage.from(message.content());
      case "assistant" -> AiMessage.from(message.content());
      default -> throw new IllegalArgumentException("unknown role " + message.role());
    };
  }
}
