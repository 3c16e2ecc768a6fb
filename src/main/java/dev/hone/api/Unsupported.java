package dev.hone.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;

/** Fields of OpenAI's that would change the answer and can't be honoured: taken as no-ops only. */
final class Unsupported {
  static final Set<String> FIELDS =
      Set.of(
          "functions",
          "function_call",
          "modalities",
          "audio",
          "prediction",
          "reasoning_effort",
          "verbosity",
          "web_search_options",
          "moderation");

  private Unsupported() {}

  static void refuse(Fields fields) {
    fields.refuse(FIELDS, Unsupported::changesNothing);
  }

  private static boolean changesNothing(String name, JsonNode value) {
    return switch (name) {
      case "functions" -> value.isContainerNode() && value.isEmpty();
      case "function_call" -> List.of("none", "auto").contains(value.asText());
      case "modalities" ->
          value.isArray() && value.size() == 1 && value.get(0).asText().equals("text");
      default -> false;
    };
  }
}
