package dev.hone.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.nullValue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.chat.Turn;
import dev.hone.inference.Script;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.ValidatableResponse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Answers of a model that would say anything, in the form that was asked for. */
@QuarkusTest
@TestProfile(ScriptedServer.class)
class FormedAnswersTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String ASK =
      "\"max_tokens\": 300, \"messages\": [{\"role\": \"user\", \"content\": \"Speak JSON\"}]";
  private static final String TOOLS =
      """
      "tools": [
        {"type": "function", "function": {"name": "weather", "parameters": {"type": "object",
          "properties": {"city": {"type": "string", "maxLength": 9}, "days": {"type": "integer",
          "minimum": 1, "maximum": 9}}, "required": ["city", "days"],
          "additionalProperties": false}}},
        {"type": "function", "function": {"name": "now"}}]""";
  private static final String CALL =
      "<tool_call>\n{\"name\": \"weather\", \"arguments\": {\"city\": \"Bern\"}}\n</tool_call>";

  @BeforeEach
  void anything() {
    Script.is(Script.anything());
  }

  @Test
  void anAnswerIsWhatItsSchemaTakes() throws JsonProcessingException {
    for (int seed = 0; seed < 10; seed++) {
      var response =
          complete(
                  """
                  {%s, "seed": %d, "response_format": {"type": "json_schema", "json_schema": {
                    "name": "city", "strict": true, "schema": {"type": "object", "properties": {
                      "name": {"type": "string", "maxLength": 20}, "size": {"enum": ["s", "l"]}},
                      "required": ["name", "size"], "additionalProperties": false}}}}"""
                      .formatted(ASK, seed))
              .statusCode(200)
              .body("choices[0].finish_reason", equalTo("stop"));
      JsonNode said = JSON.readTree(response.extract().<String>path("choices[0].message.content"));
      assertThat(said.size()).isEqualTo(2);
      assertThat(said.path("name").isTextual()).isTrue();
      assertThat(said.path("size").asText()).isIn("s", "l");
    }
  }

  @Test
  void anAnswerThatIsCutSaysSo() {
    complete(
            """
            {%s, "max_tokens": 4, "response_format": {"type": "json_schema", "json_schema":
              {"name": "n", "schema": {"const": "a long constant"}}}}"""
                .formatted(ASK.replace("\"max_tokens\": 300, ", "")))
        .statusCode(200)
        .body("choices[0].message.content", equalTo("\"a l"))
        .body("choices[0].finish_reason", equalTo("length"));
  }

  @Test
  void anObjectMayBeAny() throws JsonProcessingException {
    int finished = 0;
    for (int seed = 0; seed < 6; seed++) {
      var answer =
          complete(
                  "{%s, \"seed\": %d, \"response_format\": {\"type\": \"json_object\"}}"
                      .formatted(ASK, seed))
              .statusCode(200)
              .extract();
      if (answer.path("choices[0].finish_reason").equals("stop")) {
        finished++;
        assertThat(JSON.readTree(answer.<String>path("choices[0].message.content")).isObject())
            .isTrue();
      }
    }
    assertThat(finished).isPositive();
  }

  @Test
  void whatASchemaAsksForAndCannotBeHeldIsNamed() {
    complete(
            """
            {%s, "response_format": {"type": "json_schema", "json_schema": {"name": "n",
              "schema": {"type": "array", "uniqueItems": true}}}}"""
                .formatted(ASK))
        .statusCode(400)
        .body("error.param", equalTo("response_format.json_schema.schema"))
        .body("error.code", equalTo("unsupported_value"))
        .body("error.message", containsString("'uniqueItems' is not supported"));
    complete(
            """
            {%s, "response_format": {"type": "json_schema", "json_schema": {"name": "n",
              "strict": true, "schema": {"type": "object", "properties": {"a": {}}}}}}"""
                .formatted(ASK))
        .statusCode(400)
        .body("error.message", containsString("additionalProperties"));
  }

  @Test
  void aCallThatIsRequiredHasArgumentsThatItsSchemaTakes() throws JsonProcessingException {
    var message =
        complete(
                """
                {%s, %s, "parallel_tool_calls": false,
                 "tool_choice": {"type": "function", "function": {"name": "weather"}}}"""
                    .formatted(ASK, TOOLS))
            .statusCode(200)
            .body("choices[0].finish_reason", equalTo("tool_calls"))
            .body("choices[0].message.content", nullValue())
            .body("choices[0].message.tool_calls", hasSize(1))
            .body("choices[0].message.tool_calls[0].id", matchesPattern("call_[0-9a-f]{24}"))
            .body("choices[0].message.tool_calls[0].type", equalTo("function"))
            .body("choices[0].message.tool_calls[0].function.name", equalTo("weather"));
    JsonNode arguments =
        JSON.readTree(
            message.extract().<String>path("choices[0].message.tool_calls[0].function.arguments"));
    assertThat(arguments.path("city").isTextual()).isTrue();
    assertThat(arguments.path("days").asInt()).isBetween(1, 9);
  }

  @Test
  void anyOfTheFunctionsIsRequired() {
    Script.is(Script.saying("no"));
    complete("{%s, %s, \"tool_choice\": \"required\"}".formatted(ASK.replace("300", "500"), TOOLS))
        .statusCode(200)
        .body("choices[0].message.tool_calls[0].function.name", matchesPattern("weather|now"));
  }

  @Test
  void aModelThatCallsOfItsOwnIsUnderstood() {
    Script.is(Script.saying("I look.\n" + CALL));
    complete("{%s, %s}".formatted(ASK, TOOLS))
        .statusCode(200)
        .body("choices[0].message.content", equalTo("I look."))
        .body("choices[0].message.tool_calls[0].function.arguments", equalTo("{\"city\":\"Bern\"}"))
        .body("choices[0].finish_reason", equalTo("tool_calls"));
    complete("{%s, %s, \"tool_choice\": \"none\"}".formatted(ASK, TOOLS))
        .body("choices[0].message.content", equalTo("I look.\n" + CALL))
        .body("choices[0].message.tool_calls", nullValue())
        .body("choices[0].finish_reason", equalTo("stop"));
  }

  @Test
  void oneCallAtATimeEndsTheAnswerWithTheFirst() {
    Script.is(Script.saying(CALL + "\n" + CALL));
    complete("{%s, %s}".formatted(ASK, TOOLS)).body("choices[0].message.tool_calls", hasSize(2));
    complete("{%s, %s, \"parallel_tool_calls\": false}".formatted(ASK, TOOLS))
        .body("choices[0].message.tool_calls", hasSize(1))
        .body("choices[0].finish_reason", equalTo("tool_calls"));
  }

  @Test
  void aMalformedCallIsText() {
    Script.is(Script.saying("<tool_call>\n{\"name\": \"weather\"\n</tool_call>"));
    complete("{%s, %s}".formatted(ASK, TOOLS))
        .statusCode(200)
        .body("choices[0].message.content", containsString("<tool_call>"))
        .body("choices[0].finish_reason", equalTo("stop"));
  }

  @Test
  void callsAndTheirResultsGoOnInTheConversation() {
    Script.is(Script.saying("Warm."));
    String id =
        complete(
                """
                {%s, "messages": [{"role": "user", "content": "Is it warm?"},
                  {"role": "assistant", "content": null, "tool_calls": [{"id": "c1",
                   "type": "function", "function": {"name": "weather",
                   "arguments": "{\\"city\\": \\"Bern\\"}"}}]},
                  {"role": "tool", "tool_call_id": "c1", "content": "21 degrees"}]}"""
                    .formatted(TOOLS))
            .statusCode(200)
            .body("choices[0].message.content", equalTo("Warm."))
            .extract()
            .path("id");
    Turn turn = Turns.find(id + "-0").orElseThrow();
    assertThat(turn.messages).hasSize(4);
    assertThat(turn.messages.getFirst().content()).contains("\"name\":\"weather\"");
    assertThat(turn.messages.get(2).content()).contains("<tool_call>\n{\"name\": \"weather\"");
    assertThat(turn.messages.getLast().content())
        .isEqualTo("<tool_response>\n21 degrees\n</tool_response>");
  }

  private static ValidatableResponse complete(String json) {
    return given().contentType("application/json").body(json).post("/v1/chat/completions").then();
  }
}
