package dev.hone.api;

import com.fasterxml.jackson.databind.JsonNode;

/** Tokens as they come in: an array of ids. */
final class TokenIds {
  private TokenIds() {}

  /**
   * @param field named when at fault
   */
  static int[] parse(JsonNode node, String field) {
    if (!node.isArray()) {
      throw InvalidRequestException.wrongType(field, "an array of token ids");
    }
    int[] ids = new int[node.size()];
    for (int i = 0; i < ids.length; i++) {
      JsonNode id = node.get(i);
      if (!id.isIntegralNumber()) {
        throw InvalidRequestException.wrongType(field + "[" + i + "]", "a token id");
      }
      if (!id.canConvertToInt() || id.intValue() < 0) {
        throw InvalidRequestException.wrong(field + "[" + i + "]", "is no token id");
      }
      ids[i] = id.intValue();
    }
    return ids;
  }

  /**
   * @param vocabulary number of the model's tokens
   */
  static void check(int[] ids, int vocabulary, String field) {
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] >= vocabulary) {
        throw InvalidRequestException.wrong(
            field + "[" + i + "]",
            "is token %d, and the last one is %d".formatted(ids[i], vocabulary - 1));
      }
    }
  }
}
