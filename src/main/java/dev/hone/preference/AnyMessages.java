package dev.hone.preference;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
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
  private static final String FUNCTION = "function";

  private AnyMessages() {}

  static Passage passage(ObjectNode line, String field) {
    return line.get(field) instanceof ArrayNode messages && !messages.isEmpty()
        ? new Passage.Chat(messages(field, messages))
        : TrlFormat.passage(line, field);
  }

  /** The same, told of the functions that the line names under {@code tools}, if it does. */
  static List<Message> knowing(ObjectNode line, List<Message> messages) {
    var tools = new ArrayList<JsonNode>();
    read(line.path("tools")).forEach(tool -> named(read(tool)).ifPresent(tools::add));
    return tools.isEmpty() || messages.isEmpty()
        ? messages
        : ToolPrompt.folded(messages.stream().map(ToolMessage::of).toList(), tools);
  }

  /** In OpenAI's wrapper, which not every file has. */
  private static Optional<JsonNode> named(JsonNode tool) {
    JsonNode function = tool.has(FUNCTION) ? tool.path(FUNCTION) : tool;
    return function.path("name").isTextual()
        ? Optional.of(Format.MAPPER.createObjectNode().set(FUNCTION, function))
        : Optional.empty();
  }

  /** What stands in a text as JSON, as tables often hold it; nothing where that is none. */
  private static JsonNode read(JsonNode node) {
    try {
      return node.isTextual() ? Format.MAPPER.readTree(node.textValue()) : node;
    } catch (JsonProcessingException _) {
      return MissingNode.getInstance();
    }
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
    var others = new ArrayList<String>();
    for (JsonNode call : message.path("tool_calls")) {
      call(call).ifPresentOrElse(calls::add, () -> others.add(call.toString()));
    }
    boolean calling = !calls.isEmpty() || !others.isEmpty();
    String content = content(field, message.path("content"), calling);
    // What cannot be called is still what was said.
    others.addFirst(content);
    String said = String.join("\n", others);
    return new ToolMessage(
        new Message(TrlFormat.sound(field, role), said), calls, Optional.empty());
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

  /** Nothing where it has no name, or arguments that are none. */
  private static Optional<ToolCall> call(JsonNode call) {
    JsonNode function = call.has(FUNCTION) ? call.path(FUNCTION) : call;
    JsonNode told = function.path("arguments");
    boolean none = told.isMissingNode() || told.isNull() || told.asText().isBlank();
    JsonNode arguments =
        none && !told.isContainerNode() ? Format.MAPPER.createObjectNode() : read(told);
    return function.path("name").isTextual() && arguments instanceof ObjectNode object
        ? Optional.of(new ToolCall("", function.path("name").textValue(), object))
        : Optional.empty();
  }
}
