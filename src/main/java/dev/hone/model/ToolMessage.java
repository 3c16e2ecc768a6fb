package dev.hone.model;

import java.util.List;
import java.util.Optional;

/**
 * A message of a conversation in which functions may be called.
 *
 * @param message of role {@code tool} where it is a function's result; then its content
 * @param calls of an assistant's message, what it wants called
 * @param answers of a result, the id of its call
 */
public record ToolMessage(Message message, List<ToolCall> calls, Optional<String> answers) {
  /** One without functions. */
  public static ToolMessage of(Message message) {
    return new ToolMessage(message, List.of(), Optional.empty());
  }
}
