package dev.hone.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.chat.PlainText;
import dev.hone.model.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A request to {@code /v1/responses}, checked field by field.
 *
 * @param model as requested; empty means the active version
 * @param instructions said to the model before the conversation, this time only
 * @param input what is new in the conversation
 * @param previous the response that it goes on from
 */
record ResponsesBody(
    Optional<String> model,
    Optional<String> instructions,
    List<Message> input,
    Optional<String> previous,
    OptionalInt maxOutputTokens,
    Drawing drawing,
    boolean stream,
    boolean store,
    Map<String, String> metadata,
    Optional<ServiceTier> tier,
    Optional<String> user) {
  private static final Set<String> OWN =
      Set.of(
          "model",
          "input",
          "instructions",
          "previous_response_id",
          "max_output_tokens",
          "stream",
          "stream_options",
          "store",
          "metadata",
          ServiceTier.FIELD,
          "user");

  /** They don't change the answer of this server. */
  private static final Set<String> IGNORED =
      Set.of(
          "safety_identifier",
          "prompt_cache_key",
          "prompt_cache_retention",
          "parallel_tool_calls",
          "max_tool_calls");

  /** They would, and can't be honoured: taken as no-ops only. */
  private static final Set<String> REFUSED =
      Set.of(
          "background",
          "conversation",
          "context_management",
          "include",
          "prompt",
          "reasoning",
          "text",
          "tool_choice",
          "tools",
          "top_logprobs",
          "truncation");

  static final Set<String> FIELDS =
      Stream.of(OWN, Drawing.FIELDS, IGNORED, REFUSED)
          .flatMap(Set::stream)
          .collect(Collectors.toUnmodifiableSet());

  static ResponsesBody parse(byte[] json) {
    var fields = new Fields(Json.object(json), "");
    fields.refuse(REFUSED, ResponsesBody::changesNothing);
    fields.refuseOthers(FIELDS);
    var maxOutputTokens = fields.count("max_output_tokens", 1, Integer.MAX_VALUE);
    return new ResponsesBody(
        fields.text("model"),
        fields.text("instructions").map(PlainText::storable),
        ResponsesInput.parse(fields.required("input")),
        fields.text("previous_response_id"),
        maxOutputTokens,
        Drawing.parse(fields, maxOutputTokens, 0),
        Streaming.parse(fields, Set.of()).wanted(),
        fields.flag("store", true),
        Metadata.parse(fields),
        ServiceTier.parse(fields),
        fields.text("user").map(Names::user));
  }

  /**
   * What the model is sent.
   *
   * @param earlier the conversation of the previous response
   */
  List<Message> messages(List<Message> earlier) {
    var all = new ArrayList<Message>();
    instructions.ifPresent(text -> all.add(new Message("system", text)));
    all.addAll(earlier);
    all.addAll(input);
    return List.copyOf(all);
  }

  private static boolean changesNothing(String name, JsonNode value) {
    return switch (name) {
      case "tools", "include" -> value.isArray() && value.isEmpty();
      case "tool_choice" -> List.of("none", "auto").contains(value.asText());
      case "background" -> value.isBoolean() && !value.booleanValue();
      case "top_logprobs" -> value.isNumber() && value.doubleValue() == 0;
      case "truncation" -> value.asText().equals("disabled");
      case "reasoning" -> value.isObject() && value.isEmpty();
      case "text" -> value.isObject() && plain(new Fields(value, "text."));
      default -> false;
    };
  }

  /** What is asked for within is refused by its own name. */
  private static boolean plain(Fields text) {
    text.refuseOthers(Set.of("format", "verbosity"));
    text.refuse(
        Set.of("format", "verbosity"),
        (name, value) ->
            name.equals("format")
                && value.size() == 1
                && value.path("type").asText().equals("text"));
    return true;
  }
}
