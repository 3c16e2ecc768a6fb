package dev.hone.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.nullValue;

import dev.hone.TestModel;
import dev.hone.inference.Script;
import dev.hone.model.Message;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.ValidatableResponse;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(ScriptedServer.class)
class ResponsesTest {
  private static final String RESPONSES = "/v1/responses";

  @BeforeEach
  void script() {
    Script.is(Script.saying("Hello."));
  }

  @Test
  void theAnswerHasOpenAisShape() {
    var response =
        create(
                """
                {"model": "hone", "input": "Hi", "instructions": "Be kind.", "temperature": 0.5,
                 "top_p": 0.8, "max_output_tokens": 40, "metadata": {"a": "b"}, "user": "ann"}""")
            .statusCode(200)
            .contentType("application/json")
            .body("id", matchesPattern("resp_[0-9a-f]{32}"))
            .body("object", equalTo("response"))
            .body("status", equalTo("completed"))
            .body("error", nullValue())
            .body("incomplete_details", nullValue())
            .body("model", equalTo(TestModel.ID))
            .body("instructions", equalTo("Be kind."))
            .body("temperature", equalTo(0.5f))
            .body("top_p", equalTo(0.8f))
            .body("max_output_tokens", equalTo(40))
            .body("metadata.a", equalTo("b"))
            .body("previous_response_id", nullValue())
            .body("tools", hasSize(0))
            .body("output", hasSize(1))
            .body("output[0].type", equalTo("message"))
            .body("output[0].id", matchesPattern("msg_[0-9a-f]{32}"))
            .body("output[0].status", equalTo("completed"))
            .body("output[0].role", equalTo("assistant"))
            .body("output[0].content", hasSize(1))
            .body("output[0].content[0].type", equalTo("output_text"))
            .body("output[0].content[0].text", equalTo("Hello."))
            .body("output[0].content[0].annotations", hasSize(0))
            .body("usage.output_tokens", equalTo(7))
            .body("usage.output_tokens_details.reasoning_tokens", equalTo(0));
    var turn = Turns.find(id(response) + "-0").orElseThrow();
    assertThat(turn.owner).isEqualTo("ann");
    assertThat(turn.messages)
        .containsExactly(new Message("system", "Be kind."), new Message("user", "Hi"));
    assertThat(turn.response).isEqualTo("Hello.");
  }

  @Test
  void aConversationGoesOnFromItsLastResponseWithoutFormerInstructions() {
    String first = id(create("{\"input\": \"My name is Ada.\", \"instructions\": \"Be kind.\"}"));
    String second =
        id(
            create(
                """
                {"previous_response_id": "%s",
                 "input": [{"role": "user", "content": [{"type": "input_text", "text": "And "},
                                                        {"type": "input_text", "text": "I?"}]}]}"""
                    .formatted(first)));
    String third = id(create("{\"input\": \"So?\", \"previous_response_id\": \"" + second + "\"}"));
    assertThat(Turns.find(third + "-0").orElseThrow().messages)
        .containsExactly(
            new Message("user", "My name is Ada."),
            new Message("assistant", "Hello."),
            new Message("user", "And I?"),
            new Message("assistant", "Hello."),
            new Message("user", "So?"));
  }

  @Test
  void anAnswersOwnItemsCanBeSentBack() {
    var output = create("{\"input\": \"Hi\"}").extract().jsonPath().getList("output");
    var input = new io.vertx.core.json.JsonArray(output);
    input.add(new JsonObject().put("role", "user").put("content", "And?"));
    String id = id(create(new JsonObject().put("input", input).encode()));
    assertThat(Turns.find(id + "-0").orElseThrow().messages)
        .containsExactly(new Message("assistant", "Hello."), new Message("user", "And?"));
  }

  @Test
  void aResponseIsKeptUntilItIsDeleted() {
    var response = create("{\"input\": \"Hi\"}");
    String id = id(response);
    assertThat(given().get(RESPONSES + "/" + id).then().statusCode(200).extract().asString())
        .isEqualTo(response.extract().asString());
    given()
        .delete(RESPONSES + "/" + id)
        .then()
        .statusCode(200)
        .body("id", equalTo(id))
        .body("object", equalTo("response"))
        .body("deleted", equalTo(true));
    for (var gone :
        List.of(given().get(RESPONSES + "/" + id), given().delete(RESPONSES + "/" + id))) {
      gone.then().statusCode(404).body("error.code", equalTo("not_found"));
    }
    refused(
        "{\"input\": \"Hi\", \"previous_response_id\": \"" + id + "\"}",
        "previous_response_not_found",
        "previous_response_id");
  }

  @Test
  void whatIsNotToBeStoredIsNot() {
    long before = Turns.count();
    String id = id(create("{\"input\": \"Hi\", \"store\": false}").body("store", equalTo(false)));
    given().get(RESPONSES + "/" + id).then().statusCode(404);
    assertThat(Turns.count()).isEqualTo(before);
  }

  @Test
  void aBoundLeavesItIncomplete() {
    create("{\"input\": \"Hi\", \"max_output_tokens\": 3}")
        .body("status", equalTo("incomplete"))
        .body("incomplete_details.reason", equalTo("max_output_tokens"))
        .body("output[0].status", equalTo("incomplete"))
        .body("output[0].content[0].text", equalTo("Hel"));
  }

  @Test
  void eventsComeInOpenAisOrder() {
    List<JsonObject> events = stream("{\"input\": \"Hi\", \"stream\": true}", "response.completed");
    assertThat(events.stream().map(e -> e.getString("type")).distinct())
        .containsExactly(
            "response.created",
            "response.in_progress",
            "response.output_item.added",
            "response.content_part.added",
            "response.output_text.delta",
            "response.output_text.done",
            "response.content_part.done",
            "response.output_item.done",
            "response.completed");
    assertThat(events)
        .extracting(event -> event.getInteger("sequence_number"))
        .isEqualTo(IntStream.range(0, events.size()).boxed().toList());
    assertThat(
            events.stream()
                .map(event -> event.getString("delta", ""))
                .collect(Collectors.joining()))
        .isEqualTo("Hello.");
    var response = events.getLast().getJsonObject("response");
    assertThat(response.getString("status")).isEqualTo("completed");
    assertThat(response.getJsonArray("output").getJsonObject(0).getString("id"))
        .isEqualTo(events.get(3).getString("item_id"));
    given().get(RESPONSES + "/" + response.getString("id")).then().statusCode(200);
  }

  @Test
  void aBoundEndsTheEventsAsIncomplete() {
    String body = "{\"input\": \"Hi\", \"stream\": true, \"max_output_tokens\": 2}";
    var last = stream(body, "response.incomplete").getLast();
    assertThat(last.getJsonObject("response").getString("status")).isEqualTo("incomplete");
  }

  @Test
  void aFailureMidwayEndsTheEventsAsFailed() {
    var steps = new Semaphore(2);
    Script.is(
        tokens -> {
          if (!steps.tryAcquire()) {
            throw new IllegalStateException("secret detail");
          }
          return Script.saying("abc").apply(tokens);
        });
    var failed = stream("{\"input\": \"Hi\", \"stream\": true}", "response.failed").getLast();
    var response = failed.getJsonObject("response");
    assertThat(response.getString("status")).isEqualTo("failed");
    assertThat(response.getJsonObject("error").getString("code")).isEqualTo("server_error");
    assertThat(failed.encode()).doesNotContain("secret");
  }

  @Test
  void whatCantBeDoneIsRefusedByName() {
    refused("{}", "missing_required_parameter", "input");
    refused("{\"input\": []}", "invalid_value", "input");
    refused("{\"input\": 1}", "invalid_type", "input");
    refused("{\"input\": [1]}", "invalid_type", "input[0]");
    refused(
        "{\"input\": [{\"role\": \"x\", \"content\": \"a\"}]}", "invalid_value", "input[0].role");
    refused(
        "{\"input\": [{\"type\": \"function_call_output\"}]}",
        "unsupported_value",
        "input[0].type");
    refused(
        "{\"input\": [{\"role\": \"user\", \"content\": [{\"type\": \"input_image\"}]}]}",
        "unsupported_value",
        "input[0].content[0].type");
    for (String field :
        List.of(
            "\"background\": true",
            "\"conversation\": \"c\"",
            "\"include\": [\"reasoning.encrypted_content\"]",
            "\"prompt\": {\"id\": \"p\"}",
            "\"reasoning\": {\"effort\": \"low\"}",
            "\"tool_choice\": \"required\"",
            "\"tools\": [{\"type\": \"web_search\"}]",
            "\"truncation\": \"auto\"")) {
      refused(
          "{\"input\": \"Hi\", " + field + "}",
          "unsupported_parameter",
          field.substring(1, field.indexOf('"', 1)));
    }
    refused(
        "{\"input\": \"Hi\", \"text\": {\"format\": {\"type\": \"json_object\"}}}",
        "unsupported_parameter",
        "text.format");
    refused("{\"input\": \"Hi\", \"messages\": []}", "unknown_parameter", "messages");
    refused(
        "{\"input\": \"" + "many words ".repeat(500) + "\"}", "context_length_exceeded", "input");
  }

  private static void refused(String json, String code, String param) {
    create(json)
        .statusCode(400)
        .body("error.code", equalTo(code))
        .body("error.param", equalTo(param));
  }

  private static ValidatableResponse create(String json) {
    return given().contentType("application/json").body(json).post(RESPONSES).then();
  }

  private static String id(ValidatableResponse response) {
    return response.statusCode(200).extract().path("id");
  }

  private static List<JsonObject> stream(String json, String last) {
    try (var wire = Wire.post(RESPONSES, json)) {
      wire.readUntil("event: response.created");
      return wire.readUntil("\"type\":\"" + last + "\"").stream()
          .filter(line -> line.startsWith("data: {"))
          .map(line -> new JsonObject(line.substring("data: ".length())))
          .toList();
    }
  }
}
