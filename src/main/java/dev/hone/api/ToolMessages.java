package dev.hone.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.chat.PlainText;
import dev.hone.model.Message;
import dev.hone.model.ToolCall;
import dev.hone.model.ToolMessage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The {@code messages} of a completion with calls of functions and their results among them. */
final class ToolMessages {
  private static final JsonMapper JSON = new JsonMapper();

  private ToolMessages() {}

  static List<ToolMessage> parse(JsonNode node) {
    MessageList.checkShape(node);
    var messages = new ArrayList<ToolMessage>();
    var called = new HashSet<String>();
    for (int i = 0; i < node.size(); i++) {
      messages.add(message(node.get(i), "messages[" + i + "]", called));
    }
    return List.copyOf(messages);
  }

  /**
   * @param called ids of the calls so far
   */
  private static ToolMessage message(JsonNode node, String path, Set<String> called) {
    if (node.path("role").asText().equals("tool")) {
      return result(new Fields(node, path + "."), path, called);
    }
    JsonNode calls = node.path("tool_calls");
    if (node.path("role").asText().equals("assistant") && calls.isArray() && !calls.isEmpty()) {
      return calling((ObjectNode) node, path, called);
    }
    return ToolMessage.of(MessageList.message(node, path));
  }

  private static ToolMessage result(Fields fields, String path, Set<String> called) {
    fields.refuseOthers(Set.of("role", "content", "tool_call_id", "name"));
    String id = fields.requiredText("tool_call_id");
    if (!called.contains(id)) {
      throw InvalidRequestException.wrong(
          path + ".tool_call_id", "is no call of a message before it");
    }
    String content = MessageList.content(fields.required("content"), path + ".content");
    return new ToolMessage(
        new Message("tool", PlainText.storable(content)), List.of(), Optional.of(id));
  }

  /** An assistant's message with calls needs no content. */
  private static ToolMessage calling(ObjectNode node, String path, Set<String> called) {
    JsonNode given = node.get("tool_calls");
    var calls = new ArrayList<ToolCall>();
    for (int i = 0; i < given.size(); i++) {
      ToolCall call = call(given.get(i), path + ".tool_calls[" + i + "]");
      calls.add(call);
      called.add(call.id());
    }
    ObjectNode said = node.deepCopy();
    said.remove("tool_calls");
    if (!said.hasNonNull("content")) {
      said.put("content", "");
    }
    return new ToolMessage(MessageList.message(said, path), List.copyOf(calls), Optional.empty());
  }

  private static ToolCall call(JsonNode node, String path) {
    if (!node.isObject()) {
      throw InvalidRequestException.wrongType(path, "an object");
    }
    var fields = new Fields(node, path + ".");
    fields.refuseOthers(Set.of("id", "type", "function", "index"));
    String id = fields.requiredText("id");
    if (!fields.requiredText("type").equals("function")) {
      throw InvalidRequestException.wrong(path + ".type", "must be function");
    }
    if (!fields.required("function").isObject()) {
      throw InvalidRequestException.wrongType(path + ".function", "an object");
    }
    var function = new Fields(node.get("function"), path + ".function.");
    function.refuseOthers(Set.of("name", "arguments"));
    String arguments = function.requiredText("arguments");
    return new ToolCall(
        id,
        PlainText.storable(function.requiredText("name")),
        arguments(PlainText.storable(arguments), path + ".function.arguments"));
  }

  private static ObjectNode arguments(String json, String path) {
    try {
      if (JSON.readTree(json) instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException _) {
      // said below
    }
    throw InvalidRequestException.wrong(path, "must be a JSON object, as text");
  }
}
