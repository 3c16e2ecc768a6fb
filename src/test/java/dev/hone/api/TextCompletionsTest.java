package dev.hone.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.nullValue;

import dev.hone.RealModel;
import dev.hone.TestModel;
import dev.hone.inference.Script;
import dev.hone.model.Tokenizer;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.ValidatableResponse;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(ScriptedServer.class)
class TextCompletionsTest {
  private static final Tokenizer TOKENIZER = Tokenizer.load(RealModel.folder());

  @BeforeEach
  void script() {
    Script.is(Script.saying(" upon a time."));
  }

  @Test
  void theAnswerHasOpenAisShape() {
    long before = Turns.count();
    var response = complete("{\"prompt\": \"Once\"}").statusCode(200);
    response
        .contentType("application/json")
        .body("id", matchesPattern("cmpl-[0-9a-f]{32}"))
        .body("object", equalTo("text_completion"))
        .body("model", equalTo(TestModel.ID))
        .body("choices", hasSize(1))
        .body("choices[0].text", equalTo(" upon a time."))
        .body("choices[0].index", equalTo(0))
        .body("choices[0].logprobs", nullValue())
        .body("choices[0].finish_reason", equalTo("stop"))
        .body("usage.prompt_tokens", equalTo(TOKENIZER.encode("Once").length))
        .body("usage.completion_tokens", equalTo(14));
    assertThat(response.extract().jsonPath().getMap("$").keySet())
        .isEqualTo(
            Set.of("id", "object", "created", "model", "choices", "usage", "system_fingerprint"));
    assertThat(Turns.count()).isEqualTo(before);
  }

  @Test
  void sixteenTokensAreDrawnWhereNothingIsSaid() {
    Script.is(Script.letters());
    complete("{\"prompt\": \"a b\"}")
        .body("usage.completion_tokens", equalTo(16))
        .body("choices[0].finish_reason", equalTo("length"));
  }

  @Test
  void promptsComeInAllFourForms() {
    String ids = Arrays.toString(TOKENIZER.encode("Once"));
    for (String prompt : List.of("\"Once\"", ids, "[\"Once\"]", "[" + ids + "]")) {
      complete("{\"prompt\": " + prompt + ", \"echo\": true}")
          .statusCode(200)
          .body("choices[0].text", equalTo("Once upon a time."));
    }
  }

  @Test
  void eachPromptHasItsAnswersNextToEachOther() {
    Script.is(Script.letters());
    String drawn = "{\"prompt\": %s, \"n\": 2, \"seed\": 3, \"max_tokens\": 9}";
    var both = complete(drawn.formatted("[\"One\", \"Two \"]"));
    both.body("choices.index", contains(0, 1, 2, 3))
        .body(
            "usage.prompt_tokens",
            equalTo(TOKENIZER.encode("One").length + TOKENIZER.encode("Two ").length))
        .body("usage.completion_tokens", equalTo(36));
    assertThat(texts(both).subList(2, 4)).isEqualTo(texts(complete(drawn.formatted("\"Two \""))));
  }

  @Test
  void aStopStringEndsTheText() {
    complete("{\"prompt\": \"Once\", \"stop\": \" a\"}")
        .body("choices[0].text", equalTo(" upon"))
        .body("choices[0].finish_reason", equalTo("stop"));
  }

  @Test
  void aTextIsStreamed() {
    String body =
        """
        {"prompt": ["Once", "Then"], "stream": true, "echo": true,
         "stream_options": {"include_usage": true}}""";
    try (var wire = Wire.post("/v1/completions", body)) {
      List<JsonObject> chunks =
          wire.readUntil("data: [DONE]").stream()
              .filter(line -> line.startsWith("data: {"))
              .map(line -> new JsonObject(line.substring("data: ".length())))
              .toList();
      assertThat(text(chunks, 0)).isEqualTo("Once upon a time.");
      assertThat(text(chunks, 1)).isEqualTo("Then upon a time.");
      assertThat(chunks.getLast().getJsonArray("choices")).isEmpty();
      assertThat(chunks.getLast().getJsonObject("usage").getInteger("completion_tokens"))
          .isEqualTo(28);
      assertThat(chunks).allMatch(c -> c.getString("object").equals("text_completion"));
    }
  }

  @Test
  void whatCantBeDoneIsRefusedByName() {
    refused("{}", "missing_required_parameter", "prompt");
    refused("{\"prompt\": \"\"}", "invalid_value", "prompt");
    refused("{\"prompt\": []}", "invalid_value", "prompt");
    refused("{\"prompt\": [\"a\", \"\"]}", "invalid_value", "prompt[1]");
    refused("{\"prompt\": [1, \"a\"]}", "invalid_type", "prompt[1]");
    refused("{\"prompt\": [\"a\", 1]}", "invalid_type", "prompt[1]");
    refused("{\"prompt\": [[1, -1]]}", "invalid_value", "prompt[0][1]");
    refused("{\"prompt\": [49152]}", "invalid_value", "prompt[0]");
    refused("{\"prompt\": {\"a\": 1}}", "invalid_type", "prompt");
    refused("{\"prompt\": \"a\", \"suffix\": \"b\"}", "unsupported_parameter", "suffix");
    refused("{\"prompt\": \"a\", \"best_of\": 2}", "unsupported_parameter", "best_of");
    refused("{\"prompt\": \"a\", \"messages\": []}", "unknown_parameter", "messages");
    refused("{\"prompt\": \"a\", \"logit_bias\": {\"49152\": 1}}", "invalid_value", "logit_bias");
    refused(
        "{\"prompt\": \"" + "many words ".repeat(500) + "\"}", "context_length_exceeded", "prompt");
    refused("{\"prompt\": [" + "\"a\", ".repeat(64) + "\"a\"]}", "invalid_value", "prompt");
  }

  private static void refused(String json, String code, String param) {
    complete(json)
        .statusCode(400)
        .body("error.code", equalTo(code))
        .body("error.param", equalTo(param));
  }

  private static ValidatableResponse complete(String json) {
    return given().contentType("application/json").body(json).post("/v1/completions").then();
  }

  private static List<String> texts(ValidatableResponse response) {
    return response.statusCode(200).extract().jsonPath().getList("choices.text");
  }

  private static String text(List<JsonObject> chunks, int index) {
    return chunks.stream()
        .filter(chunk -> !chunk.getJsonArray("choices").isEmpty())
        .map(chunk -> chunk.getJsonArray("choices").getJsonObject(0))
        .filter(choice -> choice.getInteger("index") == index)
        .map(choice -> choice.getString("text"))
        .collect(Collectors.joining());
  }
}
