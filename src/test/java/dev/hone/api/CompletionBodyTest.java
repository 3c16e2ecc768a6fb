package dev.hone.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.inference.LogitBias;
import dev.hone.inference.Priority;
import dev.hone.inference.SamplingParams;
import dev.hone.model.Message;
import dev.hone.model.ToolMessage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompletionBodyTest {
  private static final String MESSAGES =
      "\"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}]";

  @Test
  void aBareMessageIsEnough() {
    var body = parse("{" + MESSAGES + "}");
    assertThat(body.messages())
        .extracting(ToolMessage::message)
        .containsExactly(new Message("user", "Hi"));
    assertThat(body.model()).isEmpty();
    assertThat(body.n()).isOne();
    assertThat(body.store()).isTrue();
    assertThat(body.streaming().wanted()).isFalse();
    assertThat(body.drawing().seed()).isEmpty();
  }

  @Test
  void everySupportedFieldIsTaken() {
    var body =
        with(
            """
            "model": "base", "temperature": 0.5, "top_p": 0.9, "top_k": 40, "seed": -7,
            "stop": ["a", "b"], "max_tokens": 5, "max_completion_tokens": 9, "n": 3, "stream": true,
            "stream_options": {"include_usage": true}, "store": false, "user": " ann "
            """);
    assertThat(body.model()).contains("base");
    assertThat(body.drawing().temperature()).hasValue(0.5);
    assertThat(body.drawing().topP()).hasValue(0.9);
    assertThat(body.drawing().topK()).hasValue(40);
    assertThat(body.drawing().seed()).hasValue(-7);
    assertThat(body.drawing().stop()).containsExactly("a", "b");
    assertThat(body.drawing().maxTokens()).hasValue(9);
    assertThat(body.n()).isEqualTo(3);
    assertThat(body.streaming()).isEqualTo(new Streaming(true, true));
    assertThat(body.store()).isFalse();
    assertThat(body.user()).contains("ann");
  }

  @Test
  void contentPartsAreJoinedAndDevelopersAreTheSystem() {
    var body =
        parse(
            """
            {"messages": [
              {"role": "developer", "content": [{"type": "text", "text": "Be "},
                                                {"type": "text", "text": "kind."}]},
              {"role": "user", "content": "Hi", "name": "ann"},
              {"role": "assistant", "content": "Hello", "refusal": null, "tool_calls": null},
              {"role": "user", "content": "\\u0000\\ud83d"}]}""");
    assertThat(body.messages())
        .extracting(ToolMessage::message)
        .containsExactly(
            new Message("system", "Be kind."),
            new Message("user", "Hi"),
            new Message("assistant", "Hello"),
            new Message("user", "\uFFFD\uFFFD"));
  }

  @Test
  void flexIsForWhatNobodyWaitsFor() {
    assertThat(tier("flex")).contains(ServiceTier.FLEX);
    assertThat(ServiceTier.FLEX.priority()).isEqualTo(Priority.BATCH);
    for (String name : List.of("auto", "default", "priority", "scale")) {
      assertThat(tier(name)).contains(ServiceTier.DEFAULT);
    }
    assertThatThrownBy(() -> tier("turbo"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("must be flex or one of auto, default, priority, scale");
  }

  private static Optional<ServiceTier> tier(String name) {
    return parse("{%s, \"service_tier\": \"%s\"}".formatted(MESSAGES, name)).tier();
  }

  @Test
  void anAnswerIsRepeatableWhereItsSeedIsNamed() {
    var defaults = new SamplingParams(1, 1, 0, 7, 5, List.of());
    assertThat(parse("{" + MESSAGES + "}").drawing().over(defaults).repeatable()).isFalse();
    var seeded = parse("{" + MESSAGES + ", \"seed\": 3}").drawing().over(defaults);
    assertThat(seeded.repeatable()).isTrue();
    assertThat(seeded.seed()).isEqualTo(3);
    assertThat(seeded.withSeed(4).stoppingAt("x").repeatable()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"metadata\": {\"a\": \"b\"}",
        "\"service_tier\": \"auto\"",
        "\"prompt_cache_key\": \"k\"",
        "\"safety_identifier\": \"s\"",
        "\"parallel_tool_calls\": true",
        "\"tools\": []",
        "\"tool_choice\": \"none\"",
        "\"response_format\": {\"type\": \"text\"}",
        "\"logit_bias\": {}",
        "\"logprobs\": false",
        "\"presence_penalty\": 0",
        "\"frequency_penalty\": 0.0",
        "\"modalities\": [\"text\"]",
        "\"temperature\": null"
      })
  void fieldsThatChangeNothingAreTaken(String field) {
    assertThat(with(field).n()).isOne();
  }

  @Test
  void whatIsDoneToTheLogitsIsRead() {
    var drawing =
        with("""
                "frequency_penalty": 0.5, "presence_penalty": -1, "repetition_penalty": 1.2,
                "logit_bias": {"7": -100, "0": 2.5}, "min_tokens": 3, "ignore_eos": true, "min_p": 0.05""")
            .drawing();
    assertThat(drawing.bias())
        .isEqualTo(new LogitBias(0.5, -1, 1.2, Map.of(7, -100.0, 0, 2.5), 3, true));
    assertThat(drawing.minP()).hasValue(0.05);
  }

  @Test
  void aTokenThatTheModelDoesNotHaveCannotBeBiased() {
    var body = with("\"logit_bias\": {\"64\": 1}");
    body.drawing().checkTokens(65);
    assertThatThrownBy(() -> body.drawing().checkTokens(64))
        .hasMessageContaining("logit_bias")
        .hasMessageContaining("64");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "tools": [{"type": "function"}]           | missing_required_parameter | tools[0].function
          "tools": [{"type": "function", "function": {"name": "a b"}}] | invalid_value | tools[0].function.name
          "tools": [{"type": "custom"}]             | invalid_value         | tools[0].type
          "functions": [{"name": "f"}]              | unsupported_parameter | functions
          "function_call": {"name": "f"}            | unsupported_parameter | function_call
          "tool_choice": "required"                 | invalid_value         | tool_choice
          "tool_choice": "any"                      | invalid_value         | tool_choice
          "tool_choice": {"type": "function", "function": {"name": "f"}} | invalid_value | tool_choice.function.name
          "parallel_tool_calls": 1                  | invalid_type          | parallel_tool_calls
          "response_format": {"type": "json_object"}| invalid_value         | messages
          "response_format": {"type": "xml"}        | invalid_value         | response_format.type
          "response_format": {"type": "json_schema"}| missing_required_parameter | response_format.json_schema
          "response_format": {"type": "json_schema", "json_schema": {"name": "n"}} | missing_required_parameter | response_format.json_schema.schema
          "logprobs": 1                             | invalid_type          | logprobs
          "logprobs": true, "top_logprobs": 21      | invalid_value         | top_logprobs
          "top_logprobs": 2                         | invalid_value         | top_logprobs
          "audio": {"voice": "x"}                   | unsupported_parameter | audio
          "modalities": ["text", "audio"]           | unsupported_parameter | modalities
          "prediction": {}                          | unsupported_parameter | prediction
          "frequency_penalty": 2.5                  | invalid_value         | frequency_penalty
          "presence_penalty": "1"                   | invalid_type          | presence_penalty
          "repetition_penalty": 0                   | invalid_value         | repetition_penalty
          "logit_bias": [1]                         | invalid_type          | logit_bias
          "logit_bias": {"a": 1}                    | invalid_value         | logit_bias
          "logit_bias": {"-1": 1}                   | invalid_value         | logit_bias
          "logit_bias": {"7": 101}                  | invalid_value         | logit_bias.7
          "logit_bias": {"7": "1"}                  | invalid_type          | logit_bias.7
          "min_p": 1.5                              | invalid_value         | min_p
          "min_tokens": -1                          | invalid_value         | min_tokens
          "ignore_eos": 1                           | invalid_type          | ignore_eos
          "typical_p": 0.9                          | unknown_parameter     | typical_p
          "temperature": "1"                        | invalid_type          | temperature
          "temperature": 2.1                        | invalid_value         | temperature
          "top_p": -0.1                             | invalid_value         | top_p
          "top_k": 1.5                              | invalid_type          | top_k
          "seed": 1e3                               | invalid_type          | seed
          "seed": 99999999999999999999              | invalid_value         | seed
          "stop": ["a", "b", "c", "d", "e"]         | invalid_value         | stop
          "stop": [""]                              | invalid_value         | stop
          "stop": 3                                 | invalid_type          | stop
          "max_tokens": 0                           | invalid_value         | max_tokens
          "n": 17                                   | invalid_value         | n
          "stream": "true"                          | invalid_type          | stream
          "stream_options": {"include_usage": true} | invalid_value         | stream_options
          "user": " "                               | invalid_value         | user
          "model": 4                                | invalid_type          | model
          """)
  void aFieldAtFaultIsNamed(String field, String code, String param) {
    assertFailure("{" + MESSAGES + "," + field + "}", code, param);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {}                                                    | missing_required_parameter | messages
          {"messages": []}                                      | invalid_value     | messages
          {"messages": "Hi"}                                    | invalid_type      | messages
          {"messages": [3]}                                     | invalid_type      | messages[0]
          {"messages": [{"role": "user"}]}                      | missing_required_parameter | messages[0].content
          {"messages": [{"role": "tool", "content": "x"}]}      | missing_required_parameter | messages[0].tool_call_id
          {"messages": [{"role": "tool", "content": "x", "tool_call_id": "1"}]} | invalid_value | messages[0].tool_call_id
          {"messages": [{"role": "assistant", "tool_calls": [{"id": "1", "type": "function", "function": {"name": "f", "arguments": "x"}}]}]} | invalid_value | messages[0].tool_calls[0].function.arguments
          {"messages": [{"role": "function", "content": "x"}]}  | unsupported_value | messages[0].role
          {"messages": [{"role": "boss", "content": "x"}]}      | invalid_value     | messages[0].role
          {"messages": [{"role": "user", "content": 3}]}        | invalid_type      | messages[0].content
          {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {}}]}]} | unsupported_value | messages[0].content[0].type
          {"messages": [{"role": "user", "content": "x", "mood": 1}]} | unknown_parameter | messages[0].mood
          """)
  void aMessageAtFaultIsNamed(String json, String code, String param) {
    assertFailure(json, code, param);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "null", "{\"messages\": [], \"messages\": []}", "{} {}"})
  void whatIsNotOneObjectIsMalformed(String json) {
    assertFailure(json, "invalid_json", null);
  }

  private static void assertFailure(String json, String code, String param) {
    assertThatThrownBy(() -> parse(json))
        .isInstanceOfSatisfying(
            InvalidRequestException.class,
            e -> {
              assertThat(e.failure().status()).isEqualTo(400);
              assertThat(e.failure().code()).isEqualTo(code);
              assertThat(e.failure().param().orElse(null)).isEqualTo(param);
            });
  }

  private static CompletionBody with(String fields) {
    return parse("{" + MESSAGES + "," + fields + "}");
  }

  private static CompletionBody parse(String json) {
    return CompletionBody.parse(json.getBytes(StandardCharsets.UTF_8));
  }
}
