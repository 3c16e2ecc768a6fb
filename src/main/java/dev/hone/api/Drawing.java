package dev.hone.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.inference.LogitBias;
import dev.hone.inference.SamplingParams;
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

/** How answers are drawn, as far as the request says. */
record Drawing(
    OptionalDouble temperature,
    OptionalDouble topP,
    OptionalInt topK,
    OptionalDouble minP,
    OptionalLong seed,
    OptionalInt maxTokens,
    List<String> stop,
    LogitBias bias,
    int alternatives) {
  /** What every route that draws answers takes; each names its bound on tokens itself. */
  static final Set<String> FIELDS =
      Set.of(
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
          "stop");

  private static final int MAX_STOPS = 4;

  /** As OpenAI's; and so there always is a token left to draw. */
  private static final int MAX_BIASES = 300;

  private static final String LOGIT_BIAS = "logit_bias";
  private static final Pattern TOKEN_ID = Pattern.compile("0|[1-9]\\d{0,8}");
  private static final double LEAST_REPETITION_PENALTY = 0.01;

  /**
   * @param alternatives likeliest tokens to be told of beside each drawn one
   */
  static Drawing parse(Fields fields, OptionalInt maxTokens, int alternatives) {
    return new Drawing(
        fields.number("temperature", 0, 2),
        fields.number("top_p", 0, 1),
        fields.count("top_k", 0, Integer.MAX_VALUE),
        fields.number("min_p", 0, 1),
        fields.whole("seed"),
        maxTokens,
        stop(fields),
        bias(fields),
        alternatives);
  }

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
            alternatives)
        .withRepeatable(seed.isPresent());
  }

  /**
   * @param vocabulary number of the model's tokens
   * @throws InvalidRequestException when a biased token is none of them
   */
  void checkTokens(int vocabulary) {
    for (int token : bias.byToken().keySet()) {
      if (token >= vocabulary) {
        throw InvalidRequestException.wrong(
            LOGIT_BIAS, "names token %d, and the last one is %d".formatted(token, vocabulary - 1));
      }
    }
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
