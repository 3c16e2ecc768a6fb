package dev.hone.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.chat.PlainText;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The {@code metadata} of a request: words of the client's own, within OpenAI's bounds. */
final class Metadata {
  private static final String FIELD = "metadata";
  private static final int MAX_PAIRS = 16;
  private static final int MAX_KEY = 64;
  private static final int MAX_VALUE = 512;

  private Metadata() {}

  /** Empty where there is none. */
  static Map<String, String> parse(Fields fields) {
    Optional<JsonNode> given = fields.any(FIELD);
    if (given.isEmpty()) {
      return Map.of();
    }
    if (!given.get().isObject()) {
      throw InvalidRequestException.wrongType(FIELD, "an object of strings");
    }
    if (given.get().size() > MAX_PAIRS) {
      throw InvalidRequestException.wrong(FIELD, "takes at most " + MAX_PAIRS + " pairs");
    }
    var pairs = new LinkedHashMap<String, String>();
    for (var pair : given.get().properties()) {
      if (length(pair.getKey()) > MAX_KEY) {
        throw InvalidRequestException.wrong(
            FIELD, "has a key of more than " + MAX_KEY + " characters");
      }
      if (!pair.getValue().isTextual()) {
        throw InvalidRequestException.wrongType(FIELD + "." + pair.getKey(), "a string");
      }
      if (length(pair.getValue().textValue()) > MAX_VALUE) {
        throw InvalidRequestException.wrong(
            FIELD + "." + pair.getKey(), "has more than " + MAX_VALUE + " characters");
      }
      pairs.put(PlainText.storable(pair.getKey()), PlainText.storable(pair.getValue().textValue()));
    }
    return pairs;
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }
}
