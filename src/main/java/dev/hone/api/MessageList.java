package dev.hone.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.chat.PlainText;
import dev.hone.model.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The {@code messages} of a completion: text only, from those who can speak to a chat model. */
final class MessageList {
  private static final Set<String> FIELDS = Set.of("role", "content", "name", "refusal");

  /** Of an assistant's message; no-ops when null, which is how clients echo an answer back. */
  private static final Set<String> NOT_TEXT =
      Set.of("tool_calls", "function_call", "audio", "annotations", "tool_call_id");

  private static final ContentParts PARTS =
      new ContentParts(Set.of("text"), Set.of("type", "text"));

  private MessageList() {}

  static List<Message> parse(JsonNode node) {
    checkShape(node);
    var messages = new ArrayList<Message>();
    for (int i = 0; i < node.size(); i++) {
      messages.add(message(node.get(i), "messages[" + i + "]"));
    }
    return List.copyOf(messages);
  }

  static void checkShape(JsonNode node) {
    if (!node.isArray()) {
      throw InvalidRequestException.wrongType("messages", "an array");
    }
    if (node.isEmpty()) {
      throw InvalidRequestException.wrong("messages", "must not be empty");
    }
  }

  static Message message(JsonNode node, String path) {
    if (!node.isObject()) {
      throw InvalidRequestException.wrongType(path, "an object");
    }
    var fields = new Fields(node, path + ".");
    String role = role(fields, path);
    for (String name : NOT_TEXT) {
      if (fields.any(name).filter(value -> !(value.isArray() && value.isEmpty())).isPresent()) {
        throw InvalidRequestException.unsupported(path + "." + name);
      }
    }
    for (var field : node.properties()) {
      if (!FIELDS.contains(field.getKey()) && !NOT_TEXT.contains(field.getKey())) {
        throw InvalidRequestException.unknown(path + "." + field.getKey());
      }
    }
    return new Message(
        role, PlainText.storable(content(fields.required("content"), path + ".content")));
  }

  private static String role(Fields fields, String path) {
    String role = fields.requiredText("role");
    return switch (role) {
      case "system", "developer" -> "system";
      case "user", "assistant" -> role;
      case "tool", "function" -> throw InvalidRequestException.unsupportedRole(path, role);
      default ->
          throw InvalidRequestException.wrong(
              path + ".role", "must be one of system, developer, user, assistant, tool");
    };
  }

  static String content(JsonNode content, String path) {
    return PARTS.text(content, path);
  }
}
