package dev.hone.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.chat.PlainText;
import dev.hone.model.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The {@code input} of a response: a string, or messages of text. */
final class ResponsesInput {
  private static final String FIELD = "input";

  /** An answer's own items can be sent back as they came. */
  private static final Set<String> ITEM_FIELDS =
      Set.of("type", "role", "content", "id", "status", "phase");

  private static final ContentParts PARTS =
      new ContentParts(
          Set.of("input_text", "output_text"), Set.of("type", "text", "annotations", "logprobs"));

  private ResponsesInput() {}

  static List<Message> parse(JsonNode node) {
    if (node.isTextual()) {
      return List.of(new Message("user", PlainText.storable(node.textValue())));
    }
    if (!node.isArray()) {
      throw InvalidRequestException.wrongType(FIELD, "a string or an array of items");
    }
    if (node.isEmpty()) {
      throw InvalidRequestException.wrong(FIELD, "must not be empty");
    }
    var messages = new ArrayList<Message>();
    for (int i = 0; i < node.size(); i++) {
      messages.add(message(node.get(i), FIELD + "[" + i + "]"));
    }
    return List.copyOf(messages);
  }

  private static Message message(JsonNode node, String path) {
    if (!node.isObject()) {
      throw InvalidRequestException.wrongType(path, "an object");
    }
    var fields = new Fields(node, path + ".");
    String type = fields.text("type").orElse("message");
    if (!type.equals("message")) {
      throw InvalidRequestException.unsupportedItem(path, type);
    }
    fields.refuseOthers(ITEM_FIELDS);
    return new Message(
        role(fields, path),
        PlainText.storable(PARTS.text(fields.required("content"), path + ".content")));
  }

  private static String role(Fields fields, String path) {
    String role = fields.requiredText("role");
    return switch (role) {
      case "system", "developer" -> "system";
      case "user", "assistant" -> role;
      default ->
          throw InvalidRequestException.wrong(
              path + ".role", "must be one of system, developer, user, assistant");
    };
  }
}
