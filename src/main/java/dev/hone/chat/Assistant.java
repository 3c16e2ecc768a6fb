package dev.hone.chat;

import dev.langchain4j.memory.chat.ChatMemoryProvider;
import dev.langchain4j.service.MemoryId;
import dev.langchain4j.service.TokenStream;
import dev.langchain4j.service.UserMessage;
import io.quarkiverse.langchain4j.RegisterAiService;
import io.quarkiverse.langchain4j.runtime.aiservice.ChatMemoryFlushStrategy;
import io.quarkus.arc.Arc;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Supplier;

/**
 * The page's assistant. Application scoped, since its answers outlive the call that starts them.
 */
@RegisterAiService(
    chatLanguageModelSupplier = Assistant.Blocking.class,
    streamingChatLanguageModelSupplier = Assistant.Streaming.class,
    chatMemoryProviderSupplier = Assistant.Memories.class,
    chatMemoryFlushStrategySupplier = Assistant.Flush.class)
@ApplicationScoped
interface Assistant {
  /**
   * @param ask must be bound as {@link Ask#CURRENT} when the stream is started
   */
  TokenStream answer(@MemoryId Ask ask, @UserMessage String message);

  /** The engine's blocking face. */
  final class Blocking implements Supplier<dev.langchain4j.model.chat.ChatModel> {
    @Override
    public dev.langchain4j.model.chat.ChatModel get() {
      return Arc.container().instance(EngineChatModel.class).get();
    }
  }

  /** The engine's streaming face. */
  final class Streaming implements Supplier<dev.langchain4j.model.chat.StreamingChatModel> {
    @Override
    public dev.langchain4j.model.chat.StreamingChatModel get() {
      return Arc.container().instance(EngineStreamingChatModel.class).get();
    }
  }

  /** An ask brings its memory along. */
  final class Memories implements Supplier<ChatMemoryProvider> {
    @Override
    public ChatMemoryProvider get() {
      return ask -> ((Ask) ask).memory();
    }
  }

  /** Nothing is held back, as the memory knows the message already. */
  final class Flush implements Supplier<ChatMemoryFlushStrategy> {
    @Override
    public ChatMemoryFlushStrategy get() {
      return ChatMemoryFlushStrategy.IMMEDIATE;
    }
  }
}
