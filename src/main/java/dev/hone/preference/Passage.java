package dev.hone.preference;

import dev.hone.model.Message;
import java.util.List;

/**
 * A prompt, or what follows it, in one of the two shapes that preference data comes in. Within one
 * {@link Example} all passages have the same shape.
 */
public sealed interface Passage {
  /**
   * The same in messages: raw text is what one side said in one turn.
   *
   * @param role that says raw text
   */
  default Chat asChat(String role) {
    return switch (this) {
      case Text(var text) -> new Chat(List.of(new Message(role, text)));
      case Chat chat -> chat;
    };
  }

  /** Raw text; the completion continues the prompt. */
  record Text(String text) implements Passage {}

  /**
   * A piece of a conversation; the completion's messages follow the prompt's.
   *
   * @param messages at least one, but for the prompt of conversations that begin differently, which
   *     are only ever judged
   */
  record Chat(List<Message> messages) implements Passage {
    public Chat {
      messages = List.copyOf(messages);
    }

    public static Chat answer(String text) {
      return new Chat(List.of(new Message("assistant", text)));
    }
  }
}
