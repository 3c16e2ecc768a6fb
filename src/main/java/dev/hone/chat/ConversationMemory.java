package dev.hone.chat;

import dev.hone.inference.ContextLengthExceededException;
import dev.hone.inference.ServedModel;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.memory.ChatMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the assistant remembers of a conversation while it answers one message: the system prompt,
 * as many of the latest exchanges as fit the window, the message. Only whole exchanges are
 * forgotten, the oldest first.
 */
final class ConversationMemory implements ChatMemory {
  private final Place place;
  private final Prompt prompt;
  private final int dropped;

  private ConversationMemory(Place place, Prompt prompt, int dropped) {
    this.place = place;
    this.prompt = prompt;
    this.dropped = dropped;
  }

  /**
   * @param stored user and assistant in turn, the message to be answered last, [2 * exchanges + 1]
   * @param room tokens to be left for the answer where forgetting can leave them
   * @throws ContextLengthExceededException when the message alone is too long
   */
  static ConversationMemory fit(
      Place place,
      ServedModel model,
      Optional<String> systemPrompt,
      List<ChatMessage> stored,
      int room) {
    int exchanges = stored.size() / 2;
    int least = 0;
    int most = exchanges;
    // The prompt shrinks with every exchange dropped, so the fewest that do are found by halving.
    while (least < most) {
      int middle = (least + most) / 2;
      int length = model.format().prompt(sent(systemPrompt, stored, middle)).length;
      if (length + room <= model.contextWindow()) {
        most = middle;
      } else {
        least = middle + 1;
      }
    }
    return new ConversationMemory(
        place, Prompt.of(model, sent(systemPrompt, stored, least)), least);
  }

  private static List<dev.hone.model.Message> sent(
      Optional<String> systemPrompt, List<ChatMessage> stored, int dropped) {
    var messages = new ArrayList<ChatMessage>();
    systemPrompt.map(SystemMessage::from).ifPresent(messages::add);
    messages.addAll(stored.subList(2 * dropped, stored.size()));
    return ChatMessages.toModel(messages);
  }

  /** What is sent. */
  Prompt prompt() {
    return prompt;
  }

  /** How many of the oldest exchanges are not sent. */
  int dropped() {
    return dropped;
  }

  @Override
  public Object id() {
    return place;
  }

  @Override
  public List<ChatMessage> messages() {
    return ChatMessages.fromModel(prompt.messages());
  }

  /** The message is part of the stored exchange, and the engine stores the answer as a turn. */
  @Override
  public void add(ChatMessage message) {}

  /** Forgetting the memory leaves what is stored. */
  @Override
  public void clear() {}
}
