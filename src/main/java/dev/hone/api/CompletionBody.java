package dev.hone.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.inference.LogitBias;
import dev.hone.inference.SamplingParams;
import dev.hone.model.ToolMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
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
    List<ToolMessage> messages,
    Shape shape,
    Drawing drawing,
    int n,
    Streaming streaming,
    boolean store,
    Optional<String> user) {
  private static final int MAX_CHOICES = 16;
  private static final int MAX_STOPS = 4;

  /** As OpenAI's; and so there always is a token left to draw. */
  private static final int MAX_BIASES = 300;

  private static final String LOGIT_BIAS = "logit_bias";
  private static final Pattern TOKEN_ID = Pattern.compile("0|[1-9]\\d{0,8}");
  private static final double LEAST_REPETITION_PENALTY = 0.01;
  private static final Set<String> SUPPORTED =
      Set.of(
          "model",
          "messages",
          "temperature",
          "top_p",
          "top_k",
          "min_p",
          "frequency_penalty",
          "presence_penalty",
          "repetition_penalty",
          "logit_bias",
          "min_tokens",
          "ignore_eos",
          "seed",
          "stop",
          "max_tokens",
          "max_completion_tokens",
          "n",
          "stream",
          "stream_options",
          "store",
          "user",
          "response_format",
          "tools",
          "tool_choice",
          "parallel_tool_calls");

  /** They don't change the answer of this server. */
  private static final Set<String> IGNORED =
      Set.of(
          "metadata",
          "service_tier",
          "safety_identifier",
          "prompt_cache_key",
          "prompt_cache_retention");

  /** How the answers are drawn, as far as the request says. */
  record Drawing(
      OptionalDouble temperature,
      OptionalDouble topP,
      OptionalInt topK,
      OptionalDouble minP,
      OptionalLong seed,
      OptionalInt maxTokens,
      List<String> stop,
      LogitBias bias) {
    SamplingParams over(SamplingParams defaults) {
      return new SamplingParams(
          temperature.orElse(defaults.temperature()),
          topP.orElse(defaults.topP()),
          topK.orElse(defaults.topK()),
          minP.orElse(defaults.minP()),
          seed.orElse(defaults.seed()),
          maxTokens.orElse(defaults.maxNewTokens()),
          stop,
          bias,
          defaults.alternatives());
    }
  }

  /**
   * @param vocabulary number of the model's tokens
   * @throws InvalidRequestException when a biased token is none of them
   */
  void checkTokens(int vocabulary) {
    for (int token : drawing.bias().byToken().keySet()) {
      if (token >= vocabulary) {
        throw InvalidRequestException.wrong(
            LOGIT_BIAS, "names token %d, and the last one is %d".formatted(token, vocabulary - 1));
      }
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
    var messages = ToolMessages.parse(fields.required("messages"));
    return new CompletionBody(
        fields.text("model"),
        messages,
        Shape.parse(fields, messages),
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
        fields.number("min_p", 0, 1),
        fields.whole("seed"),
        maxTokens.isPresent() ? maxTokens : legacyMaxTokens,
        stop(fields),
        bias(fields));
  }

  private static LogitBias bias(Fields fields) {
    return new LogitBias(
        fields.number("frequency_penalty", -2, 2).orElse(0),
        fields.number("presence_penalty", -2, 2).orElse(0),
        fields.number("repetition_penalty", LEAST_REPETITION_PENALTY, 100).orElse(1),
        biasByToken(fields),
        fields.count("min_tokens", 0, Integer.MAX_VALUE).orElse(0),
        fields.flag("ignore_eos", false));
  }

  /** OpenAI's form: an object from token ids, as strings, to numbers. */
  private static Map<Integer, Double> biasByToken(Fields fields) {
    Optional<JsonNode> given = fields.any(LOGIT_BIAS);
    if (given.isEmpty()) {
      return Map.of();
    }
    if (!given.get().isObject()) {
      throw InvalidRequestException.wrongType(LOGIT_BIAS, "an object from token ids to numbers");
    }
    if (given.get().size() > MAX_BIASES) {
      throw InvalidRequestException.wrong(LOGIT_BIAS, "takes at most " + MAX_BIASES + " tokens");
    }
    var inner = new Fields(given.get(), LOGIT_BIAS + ".");
    var biases = new HashMap<Integer, Double>();
    for (String token : (Iterable<String>) given.get()::fieldNames) {
      if (!TOKEN_ID.matcher(token).matches()) {
        throw InvalidRequestException.wrong(LOGIT_BIAS, "has a key that is no token id");
      }
      inner.number(token, -100, 100).ifPresent(bias -> biases.put(Integer.valueOf(token), bias));
    }
    return biases;
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
