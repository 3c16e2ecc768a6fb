package dev.hone.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import dev.hone.TestModel;
import dev.hone.inference.ModelHost;
import dev.hone.inference.Script;
import dev.hone.model.Message;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.ValidatableResponse;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(ScriptedServer.class)
class ConversationsTest {
  @Inject ModelHost host;

  @BeforeEach
  void script() {
    Script.is(Script.saying("Hello."));
  }

  @Test
  void aMessageIsAnsweredStoredAndNamesTheConversation() {
    String id = create();
    var stream = send(id, "What is {this}?\nTell me.", 1);
    assertThat(stream.start().getInteger("position")).isZero();
    assertThat(stream.start().getString("version")).isEqualTo(TestModel.ID);
    assertThat(stream.text(0)).isEqualTo("Hello.");
    assertThat(stream.of("finish"))
        .containsExactly(
            new JsonObject()
                .put("type", "finish")
                .put("index", 0)
                .put("turn", stream.turn(0))
                .put("finishReason", "stop"));
    read(id)
        .body("title", equalTo("What is {this}?"))
        .body("exchanges", hasSize(1))
        .body("exchanges[0].position", equalTo(0))
        .body("exchanges[0].message", equalTo("What is {this}?\nTell me."))
        .body("exchanges[0].chosen", equalTo(stream.turn(0)))
        .body("exchanges[0].turns[0].id", equalTo(stream.turn(0)))
        .body("exchanges[0].turns[0].text", equalTo("Hello."))
        .body("exchanges[0].turns[0].version", equalTo(TestModel.ID))
        .body("exchanges[0].turns[0].finishReason", equalTo("stop"))
        .body("exchanges[0].turns[0].promptHash", equalTo(stream.start().getString("promptHash")))
        .body("exchanges[0].turns[0].dropped", equalTo(0));
    given().get("/api/conversations").then().body("id", hasItem(id));
  }

  @Test
  void theNextMessageIsSentWithWhatWasSaidBefore() {
    String id = create();
    send(id, "One", 1);
    var second = send(id, "Two", 1);
    assertThat(Turns.find(second.turn(0)).orElseThrow().messages)
        .containsExactly(
            new Message("user", "One"),
            new Message("assistant", "Hello."),
            new Message("user", "Two"));
  }

  @Test
  void theChosenAnswerOfTwoContinuesTheConversation() {
    Script.is(Script.letters(20));
    String id = create();
    var compared = send(id, "One", 2);
    assertThat(compared.turn(0)).isNotEqualTo(compared.turn(1));
    assertThat(compared.text(0)).isNotEqualTo(compared.text(1));
    assertThat(compared.of("finish")).hasSize(2);
    read(id).body("exchanges[0].chosen", nullValue());
    choose(id, 0, compared.turn(1)).statusCode(204);
    read(id).body("exchanges[0].chosen", equalTo(compared.turn(1)));
    Script.is(Script.saying("Hello."));
    var next = send(id, "Two", 1);
    assertThat(Turns.find(next.turn(0)).orElseThrow().messages.get(1).content())
        .isEqualTo(compared.text(1));
    choose(id, 0, next.turn(0)).statusCode(404).body("code", equalTo("unknown_turn"));
  }

  @Test
  void theLastMessageCanBeAnsweredAnew() {
    String id = create();
    var first = send(id, "One", 1);
    Script.is(Script.saying("Good day."));
    var again = regenerate(id, 0);
    assertThat(again.text(0)).isEqualTo("Good day.");
    read(id)
        .body("exchanges", hasSize(1))
        .body("exchanges[0].turns.id", contains(first.turn(0), again.turn(0)))
        .body("exchanges[0].chosen", equalTo(again.turn(0)));
    assertThat(Turns.find(again.turn(0)).orElseThrow().promptHash)
        .isEqualTo(Turns.find(first.turn(0)).orElseThrow().promptHash)
        .isEqualTo(again.start().getString("promptHash"));
    send(id, "Two", 1);
    post("/api/conversations/" + id + "/exchanges/0/regenerate", "{}")
        .statusCode(409)
        .body("code", equalTo("not_the_last_exchange"));
  }

  @Test
  void stoppingKeepsWhatCameSoFarAndLeavesTheConversationUsable() {
    var steps = new Semaphore(3);
    Script.is(Script.paced(steps));
    String id = create();
    try (var wire = Wire.post(messages(id), message("One", 1))) {
      wire.readUntil("\"token\"");
    }
    await()
        .until(
            () -> {
              steps.release();
              return host.engine().running() == 0;
            });
    await()
        .untilAsserted(
            () -> read(id).body("exchanges[0].turns[0].finishReason", equalTo("cancelled")));
    Script.is(Script.saying("Hello."));
    assertThat(regenerate(id, 0).text(0)).isEqualTo("Hello.");
  }

  @Test
  void aMessageTooLongForTheWindowIsRefusedAndNotKept() {
    String id = create();
    post(messages(id), message("many words ".repeat(500), 1))
        .statusCode(400)
        .contentType("application/problem+json")
        .body("code", equalTo("context_length_exceeded"))
        .body("status", equalTo(400))
        .body("title", equalTo("Bad Request"));
    read(id).body("exchanges", empty());
  }

  @Test
  void aFailureIsToldAndTheMessageStays() {
    Script.is(Script.failing("secret detail"));
    String id = create();
    var stream = send(id, "One", 1);
    assertThat(stream.of("error").getFirst().getString("code")).isEqualTo("internal_error");
    read(id).body("exchanges[0].message", equalTo("One")).body("exchanges[0].turns", empty());
    Script.is(Script.saying("Hello."));
    assertThat(regenerate(id, 0).text(0)).isEqualTo("Hello.");
  }

  @Test
  void aMessageThatWasNeverAnsweredIsNotMissedByTheNext() {
    Script.is(Script.failing("secret detail"));
    String id = create();
    send(id, "One", 1);
    Script.is(Script.saying("Hello."));
    send(id, "Two", 1);
    send(id, "Three", 1);
    read(id)
        .body("exchanges[1].turns[0].dropped", equalTo(0))
        .body("exchanges[2].turns[0].dropped", equalTo(0));
  }

  @Test
  void aConversationIsRenamedAndDeleted() {
    String id = create();
    given()
        .contentType("application/json")
        .body("{\"title\": \" Mine \"}")
        .patch("/api/conversations/" + id)
        .then()
        .statusCode(200)
        .body("title", equalTo("Mine"));
    given().delete("/api/conversations/" + id).then().statusCode(204);
    read(id).statusCode(404).body("code", equalTo("unknown_conversation"));
    given().get("/api/conversations").then().body("id", not(hasItem(id)));
    post(messages(id), message("Hi", 1)).statusCode(404);
  }

  @Test
  void whatIsNotUnderstoodIsAProblem() {
    String id = create();
    post(messages(id), "{\"text\": \"  \"}").statusCode(400).body("code", equalTo("invalid_value"));
    post(messages(id), message("Hi", 3)).statusCode(400);
    post(messages(id), "{\"text\": \"Hi\", \"mood\": 1}")
        .statusCode(400)
        .body("code", equalTo("unknown_parameter"));
    given().get("/api/conversations/not-an-id").then().statusCode(404);
    given().get("/api/nothing").then().statusCode(404).body("code", equalTo("not_found"));
  }

  private static String create() {
    return given().post("/api/conversations").then().statusCode(201).extract().path("id");
  }

  private static ValidatableResponse read(String id) {
    return given().get("/api/conversations/" + id).then();
  }

  private static PageStream send(String id, String text, int answers) {
    return PageStream.post(messages(id), message(text, answers));
  }

  private static PageStream regenerate(String id, int position) {
    return PageStream.post(
        "/api/conversations/" + id + "/exchanges/" + position + "/regenerate", "{\"answers\": 1}");
  }

  private static ValidatableResponse choose(String id, int position, String turn) {
    return post(
        "/api/conversations/" + id + "/exchanges/" + position + "/choose",
        new JsonObject().put("turn", turn).encode());
  }

  private static ValidatableResponse post(String path, String json) {
    return given().contentType("application/json").body(json).post(path).then();
  }

  private static String messages(String id) {
    return "/api/conversations/" + id + "/messages";
  }

  private static String message(String text, int answers) {
    return new JsonObject().put("text", text).put("answers", answers).encode();
  }
}
