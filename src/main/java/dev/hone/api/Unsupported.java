package dev.hone.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** Fields of OpenAI's that would change the answer and can't be honoured: taken as no-ops only. */
final class Unsupported {
  private static final Predicate<JsonNode> ZERO =
      node -> node.isNumber() && node.doubleValue() == 0;
  private static final Predicate<JsonNode> FALSE = node -> node.isBoolean() && !node.booleanValue();
  private static final Predicate<JsonNode> EMPTY = node -> node.isContainerNode() && node.isEmpty();
  private static final Predicate<JsonNode> NEVER = node -> false;

  /** Which values of a field change nothing. */
  private static final Map<String, Predicate<JsonNode>> NO_OPS =
      Map.ofEntries(
          Map.entry("tools", EMPTY),
          Map.entry("functions", EMPTY),
          Map.entry("tool_choice", text("none", "auto")),
          Map.entry("function_call", text("none", "auto")),
          Map.entry(
              "response_format",
              node ->
                  node.isObject()
                      && node.size() == 1
                      && "text".equals(node.path("type").textValue())),
          Map.entry("logit_bias", EMPTY),
          Map.entry("logprobs", FALSE),
          Map.entry("top_logprobs", ZERO),
          Map.entry("presence_penalty", ZERO),
          Map.entry("frequency_penalty", ZERO),
          Map.entry(
              "modalities",
              node -> node.isArray() && node.size() == 1 && "text".equals(node.get(0).textValue())),
          Map.entry("audio", NEVER),
          Map.entry("prediction", NEVER),
          Map.entry("reasoning_effort", text("none")),
          Map.entry("verbosity", text("medium")),
          Map.entry("web_search_options", NEVER),
          Map.entry("moderation", NEVER));

  static final Set<String> FIELDS = NO_OPS.keySet();

  private Unsupported() {}

  static void refuse(Fields fields) {
    for (String name : FIELDS.stream().sorted().toList()) {
      fields
          .any(name)
          .filter(node -> !NO_OPS.get(name).test(node))
          .ifPresent(
              _ -> {
                throw InvalidRequestException.unsupported(name);
              });
    }
  }

  private static Predicate<JsonNode> text(String... values) {
    return node -> node.isTextual() && Set.of(values).contains(node.textValue());
  }
}
