package dev.hone.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/** What was said in a terminal so far, as the API wants it. */
final class ChatHistory {
  private final ArrayNode messages = JsonNodeFactory.instance.arrayNode();
  private int instructions;

  void instruct(String system) {
    say("system", system);
    instructions = 1;
  }

  void say(String role, String content) {
    messages.addObject().put("role", role).put("content", content);
  }

  /** Whole, the newest question last. */
  ArrayNode messages() {
    return messages;
  }

  /**
   * Leaves out the oldest question and its answer.
   *
   * @return whether there was one before the newest question
   */
  boolean forgetOldest() {
    if (messages.size() - instructions < 3) {
      return false;
    }
    messages.remove(instructions);
    messages.remove(instructions);
    return true;
  }
}
