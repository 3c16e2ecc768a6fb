package dev.hone.preference;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.model.Message;
import dev.hone.model.ToolCall;
import dev.hone.model.ToolMessage;
import dev.hone.model.ToolPrompt;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Messages that are only to be judged, whoever says them. What is called and what came of it is
 * told in words, as a model hears it whose template has no place for functions ({@link
 * ToolPrompt}); content may be in parts of text.
 */
final class AnyMessages {
  private AnyMessages() {}

  static Passage passage(ObjectNode line, String field) {
    return line.get(field) instanceof ArrayNode messages && !messages.isEmpty()
        ? new Passage.Chat(messages(field, messages))
        : TrlFormat.passage(line, field);
  }

  /** The same, told of the functions that the line names under {@code tools}, if it does. */
  static List<Message> knowing(ObjectNode line, List<Message> messages) {
    JsonNode tools = line.path("tools");
    // Tables often hold them as text, since each function has columns of its own.
    JsonNode read = tools.isTextual() ? json("tools", tools.textValue()) : tools;
    var named = new ArrayList<JsonNode>();
    read.forEach(named::add);
    return named.isEmpty() || messages.isEmpty()
        ? messages
        : ToolPrompt.folded(messages.stream().map(ToolMessage::of).toList(), named);
  }

  private static List<Message> messages(String field, ArrayNode messages) {
    var read = new ArrayList<ToolMessage>();
    messages.forEach(message -> read.add(message(field, message)));
    return ToolPrompt.folded(read, List.of());
  }

  private static ToolMessage message(String field, JsonNode message) {
    JsonNode role = message.path("role");
    if (!role.isTextual()) {
      throw new BadLineException("each message of '%s' needs a 'role'".formatted(field));
    }
    var calls = new ArrayList<ToolCall>();
    message.path("tool_calls").forEach(call -> calls.add(call(field, call)));
    String content = content(field, message.path("content"), !calls.isEmpty());
    return new ToolMessage(
        new Message(TrlFormat.sound(field, role), content), calls, Optional.empty());
  }

  private static String content(String field, JsonNode content, boolean calls) {
    if (content.isTextual()) {
      return TrlFormat.sound(field, content);
    }
    if (calls && (content.isMissingNode() || content.isNull())) {
      return "";
    }
    if (!content.isArray()) {
      throw new BadLineException("each message of '%s' needs 'content' as text".formatted(field));
    }
    var text = new StringBuilder();
    for (JsonNode part : content) {
      if (!part.path("text").isTextual()) {
        throw new BadLineException("a part of a message of '%s' is no text".formatted(field));
      }
      text.append(TrlFormat.sound(field, part.path("text")));
    }
    return text.toString();
  }

  private static ToolCall call(String field, JsonNode call) {
    JsonNode function = call.has("function") ? call.path("function") : call;
    JsonNode name = function.path("name");
    JsonNode told = function.path("arguments");
    JsonNode arguments = told.isTextual() ? json(field, told.textValue()) : told;
    if (name.isTextual() && arguments instanceof ObjectNode object) {
      return new ToolCall("", TrlFormat.sound(field, name), object);
    }
    throw new BadLineException(
        "a call of '%s' needs the 'name' of a function and its 'arguments'".formatted(field));
  }

  private static JsonNode json(String field, String text) {
    try {
      return Format.MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new BadLineException("'%s' has text that is not JSON".formatted(field));
    }
  }
}
