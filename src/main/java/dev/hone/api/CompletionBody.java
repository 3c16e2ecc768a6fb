package dev.hone.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.inference.SamplingParams;
import dev.hone.model.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A request to {@code /v1/chat/completions}, checked field by field.
 *
 * @param model as requested; empty means the active version
 * @param n number of choices
 */
record CompletionBody(
    Optional<String> model,
    List<Message> messages,
    Drawing drawing,
    int n,
    Streaming streaming,
    boolean store,
    Optional<String> user) {
  private static final int MAX_CHOICES = 16;
  private static final int MAX_STOPS = 4;
  private static final Set<String> SUPPORTED =
      Set.of(
          "model",
          "messages",
          "temperature",
          "top_p",
          "top_k",
          "seed",
          "stop",
          "max_tokens",
          "max_completion_tokens",
          "n",
          "stream",
          "stream_options",
          "store",
          "user");

  /** They don't change the answer of this server. */
  private static final Set<String> IGNORED =
      Set.of(
          "metadata",
          "service_tier",
          "safety_identifier",
          "prompt_cache_key",
          "prompt_cache_retention",
          "parallel_tool_calls");

  /** How the answers are drawn, as far as the request says. */
  record Drawing(
      OptionalDouble temperature,
      OptionalDouble topP,
      OptionalInt topK,
      OptionalLong seed,
      OptionalInt maxTokens,
      List<String> stop) {
    SamplingParams over(SamplingParams defaults) {
      return new SamplingParams(
          temperature.orElse(defaults.temperature()),
          topP.orElse(defaults.topP()),
          topK.orElse(defaults.topK()),
          seed.orElse(defaults.seed()),
          maxTokens.orElse(defaults.maxNewTokens()),
          stop);
    }
  }

  /** Whether the answer is streamed, and its usage at the end. */
  record Streaming(boolean wanted, boolean usage) {}

  /**
   * @throws InvalidRequestException naming the field at fault
   */
  static CompletionBody parse(byte[] json) {
    var fields = new Fields(Json.object(json), "");
    Unsupported.refuse(fields);
    fields.refuseOthers(
        Stream.of(SUPPORTED, IGNORED, Unsupported.FIELDS)
            .flatMap(Set::stream)
            .collect(Collectors.toSet()));
    return new CompletionBody(
        fields.text("model"),
        MessageList.parse(fields.required("messages")),
        drawing(fields),
        fields.count("n", 1, MAX_CHOICES).orElse(1),
        streaming(fields),
        fields.flag("store", true),
        fields.text("user").map(Names::user));
  }

  private static Drawing drawing(Fields fields) {
    var maxTokens = fields.count("max_completion_tokens", 1, Integer.MAX_VALUE);
    var legacyMaxTokens = fields.count("max_tokens", 1, Integer.MAX_VALUE);
    return new Drawing(
        fields.number("temperature", 0, 2),
        fields.number("top_p", Double.MIN_VALUE, 1),
        fields.count("top_k", 0, Integer.MAX_VALUE),
        fields.whole("seed"),
        maxTokens.isPresent() ? maxTokens : legacyMaxTokens,
        stop(fields));
  }

  private static Streaming streaming(Fields fields) {
    boolean wanted = fields.flag("stream", false);
    Optional<JsonNode> options = fields.any("stream_options");
    if (options.isEmpty()) {
      return new Streaming(wanted, false);
    }
    if (!options.get().isObject()) {
      throw InvalidRequestException.wrongType("stream_options", "an object");
    }
    if (!wanted) {
      throw InvalidRequestException.wrong("stream_options", "is for streamed answers only");
    }
    var inner = new Fields(options.get(), "stream_options.");
    inner.refuseOthers(Set.of("include_usage", "include_obfuscation"));
    inner.flag("include_obfuscation", false);
    return new Streaming(true, inner.flag("include_usage", false));
  }

  private static List<String> stop(Fields fields) {
    Optional<JsonNode> given = fields.any("stop");
    if (given.isEmpty()) {
      return List.of();
    }
    JsonNode node = given.get();
    if (!node.isTextual() && !node.isArray()) {
      throw InvalidRequestException.wrongType("stop", "a string or an array of strings");
    }
    var stops = new ArrayList<String>();
    for (JsonNode one : node.isTextual() ? List.of(node) : node) {
      if (!one.isTextual()) {
        throw InvalidRequestException.wrongType("stop", "a string or an array of strings");
      }
      if (one.textValue().isEmpty()) {
        throw InvalidRequestException.wrong("stop", "must not hold an empty string");
      }
      stops.add(one.textValue());
    }
    if (stops.size() > MAX_STOPS) {
      throw InvalidRequestException.wrong("stop", "takes at most " + MAX_STOPS + " strings");
    }
    return stops;
  }
}
