package dev.hone.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;

/**
 * The content of a message: a string, or parts of text.
 *
 * @param types of parts that are text
 * @param fields of such a part
 */
record ContentParts(Set<String> types, Set<String> fields) {
  /** All parts as one text. */
  String text(JsonNode content, String path) {
    if (content.isTextual()) {
      return content.textValue();
    }
    if (!content.isArray()) {
      throw InvalidRequestException.wrongType(path, "a string or an array of content parts");
    }
    if (content.isEmpty()) {
      throw InvalidRequestException.wrong(path, "must not be empty");
    }
    var text = new StringBuilder();
    for (int i = 0; i < content.size(); i++) {
      text.append(part(content.get(i), path + "[" + i + "]"));
    }
    return text.toString();
  }

  private String part(JsonNode node, String path) {
    if (!node.isObject()) {
      throw InvalidRequestException.wrongType(path, "an object");
    }
    var part = new Fields(node, path + ".");
    String type = part.requiredText("type");
    if (!types.contains(type)) {
      throw InvalidRequestException.unsupportedPart(path, type);
    }
    part.refuseOthers(fields);
    return part.requiredText("text");
  }
}
