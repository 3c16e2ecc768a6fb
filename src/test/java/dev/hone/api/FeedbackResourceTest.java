package dev.hone.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.hone.TestServer;
import dev.hone.chat.StoredTurns;
import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@WithTestResource(TestServer.class)
class FeedbackResourceTest {
  @Inject AgroalDataSource database;

  @Test
  void takesEveryKindAndGivesItBack() {
    var conversation = StoredTurns.conversation();
    var t = StoredTurns.answerIn(conversation, "Hi", "Hello", "Go away", "Hm");
    var a = t.get(0);
    var b = t.get(1);
    var owner = owner();
    var rating =
        taken(
            "{'kind':'rating','turn':'%s','value':'down','reasons':['rude'],'comment':'no','user':'%s'}"
                .formatted(b, owner));
    taken(
        "{'kind':'comparison','turns':['%s','%s'],'choice':'a','user':'%s'}"
            .formatted(a, b, owner));
    taken(
        "{'kind':'ranking','turns':['%s','%s','%s'],'user':'%s'}".formatted(a, t.get(2), b, owner));
    taken("{'kind':'edit','turn':'%s','text':'Hello!','user':'%s'}".formatted(a, owner));

    ofConversation(conversation, owner)
        .body("kind", equalTo(List.of("rating", "comparison", "ranking", "edit")))
        .body("[0].id", equalTo(rating))
        .body("[0].turn", equalTo(b))
        .body("[0].value", equalTo("down"))
        .body("[0].reasons", equalTo(List.of("rude")))
        .body("[0].comment", equalTo("no"))
        .body("[1].turns", equalTo(List.of(a, b)))
        .body("[1].choice", equalTo("a"))
        .body("[2].turns", equalTo(List.of(a, t.get(2), b)))
        .body("[3].text", equalTo("Hello!"))
        .body("[3].size()", equalTo(5));
    ofConversation(conversation, "someone else").body("size()", equalTo(0));
  }

  @Test
  void givesBackOnlyWhatStillCounts() {
    var conversation = StoredTurns.conversation();
    var turn = StoredTurns.answerIn(conversation, "Hi", "Hello").getFirst();
    var owner = owner();
    taken("{'kind':'rating','turn':'%s','value':'up','user':'%s'}".formatted(turn, owner));
    var down =
        taken("{'kind':'rating','turn':'%s','value':'down','user':'%s'}".formatted(turn, owner));
    ofConversation(conversation, owner).body("value", equalTo(List.of("down")));

    taken("{'kind':'withdrawal','feedback':'%s','user':'%s'}".formatted(down, owner));
    ofConversation(conversation, owner).body("size()", equalTo(0));
  }

  @Test
  void withoutAUserTheOwnerIsLocal() {
    var conversation = StoredTurns.conversation();
    var turn = StoredTurns.answerIn(conversation, "Hi", "Hello").getFirst();
    taken("{'kind':'rating','turn':'%s','value':'up'}".formatted(turn));
    ofConversation(conversation, "local").body("value", equalTo(List.of("up")));
    given()
        .queryParam("conversation", conversation)
        .get("/api/feedback")
        .then()
        .body("value", equalTo(List.of("up")));
  }

  @Test
  void aRepeatWithTheSameKeyIsTheSameVote() {
    var t = StoredTurns.answer("Hi", "Hello", "Hey");
    var key = UUID.randomUUID().toString();
    var vote = "{'kind':'rating','turn':'%s','value':'up'}".formatted(t.get(0));
    var id = post(vote, key).then().statusCode(201).extract().path("id");

    post(vote, key).then().statusCode(200).body("id", equalTo(id));
    post("{ 'value':'up', 'turn':'%s', 'kind':'rating' }".formatted(t.get(0)), key)
        .then()
        .statusCode(200)
        .body("id", equalTo(id));
    refused(
        post("{'kind':'rating','turn':'%s','value':'down'}".formatted(t.get(0)), key),
        409,
        "idempotency_key_reused");
    var another =
        "{'kind':'rating','turn':'%s','value':'down','user':'%s'}".formatted(t.get(0), owner());
    post(another, key).then().statusCode(201);
  }

  @Test
  void anEmptyKeyIsNone() {
    var t = StoredTurns.answer("Hi", "Hello", "Hey");
    var vote = "{'kind':'rating','turn':'%s','value':'%s'}";
    post(vote.formatted(t.get(0), "up"), "").then().statusCode(201);
    post(vote.formatted(t.get(0), "down"), " ").then().statusCode(201);
  }

  @Test
  void keysHaveABoundedLength() {
    refused(post("{}", "k".repeat(201)), 400, "malformed_vote")
        .body("detail", containsString("Idempotency-Key"));
  }

  @Test
  void aCompletionMeansItsChoiceZero() {
    var conversation = StoredTurns.conversation();
    var t = StoredTurns.answerIn(conversation, "Hi", "Hello", "Hey");
    var completion = t.get(0).substring(0, t.get(0).length() - 2);
    var owner = owner();
    taken("{'kind':'rating','turn':'%s','value':'up','user':'%s'}".formatted(completion, owner));
    ofConversation(conversation, owner).body("turn", equalTo(List.of(t.get(0))));

    refused(
        post(
            "{'kind':'comparison','turns':['%s','%s'],'choice':'a'}"
                .formatted(completion, t.get(0)),
            null),
        422,
        "invalid_vote");
  }

  @Test
  void unknownTurnsAreNotFound() {
    var turn = StoredTurns.answer("Hi", "Hello").getFirst();
    refused(post("{'kind':'rating','turn':'nowhere','value':'up'}", null), 404, "unknown_turn")
        .body("detail", containsString("'nowhere'"));
    refused(
        post("{'kind':'comparison','turns':['%s','nowhere'],'choice':'a'}".formatted(turn), null),
        404,
        "unknown_turn");
  }

  @Test
  void answersToDifferentPromptsCannotBeCompared() {
    var a = StoredTurns.answer("Hi", "Hello").getFirst();
    var b = StoredTurns.answer("Hi", "Hello").getFirst();
    refused(
        post("{'kind':'comparison','turns':['%s','%s'],'choice':'a'}".formatted(a, b), null),
        422,
        "different_prompts");
    refused(
        post("{'kind':'ranking','turns':['%s','%s']}".formatted(a, b), null),
        422,
        "different_prompts");
  }

  @Test
  void anEditMustChangeTheAnswer() {
    var turn = StoredTurns.answer("Hi", "Hello").getFirst();
    refused(
        post("{'kind':'edit','turn':'%s','text':'Hello\\n'}".formatted(turn), null),
        422,
        "invalid_vote");
    refused(
        post("{'kind':'edit','turn':'%s','text':'  '}".formatted(turn), null), 422, "invalid_vote");
  }

  @Test
  void whatIsNoVoteSaysWhy() {
    refused(post("{'kind':'like'}", null), 400, "malformed_vote")
        .body("detail", containsString("Unknown kind 'like'"));
    refused(post("no JSON", null), 400, "malformed_vote");
    refused(post("", null), 400, "malformed_vote");
  }

  @Test
  void bodiesHaveABoundedSize() {
    refused(post("x".repeat((2 << 20) + 1), null), 413, "request_too_large");
  }

  @Test
  void withdrawalsArePrecise() {
    var turn = StoredTurns.answer("Hi", "Hello").getFirst();
    var owner = owner();
    var vote =
        taken("{'kind':'rating','turn':'%s','value':'up','user':'%s'}".formatted(turn, owner));
    var withdraw = "{'kind':'withdrawal','feedback':'%s','user':'%s'}";

    refused(post(withdraw.formatted(UUID.randomUUID(), owner), null), 404, "unknown_feedback");
    refused(post(withdraw.formatted(vote, "someone else"), null), 403, "feedback_of_another_owner");
    var key = UUID.randomUUID().toString();
    var withdrawal =
        post(withdraw.formatted(vote, owner), key)
            .then()
            .statusCode(201)
            .extract()
            .<String>path("id");
    post(withdraw.formatted(vote, owner), key)
        .then()
        .statusCode(200)
        .body("id", equalTo(withdrawal));
    refused(post(withdraw.formatted(vote, owner), null), 409, "already_withdrawn");
    refused(post(withdraw.formatted(withdrawal, owner), null), 422, "invalid_vote");
  }

  @Test
  void conversationsAreNamedById() {
    given().get("/api/feedback").then().statusCode(400);
    given().queryParam("conversation", "x").get("/api/feedback").then().statusCode(400);
    ofConversation(UUID.randomUUID(), "local").body("size()", equalTo(0));
  }

  @Test
  void manyAtOnceWithOneKeyAreOneVote() throws Exception {
    var turn = StoredTurns.answer("Hi", "Hello").getFirst();
    for (int round = 0; round < 5; round++) {
      var key = UUID.randomUUID().toString();
      var vote = "{'kind':'rating','turn':'%s','value':'up'}".formatted(turn);
      var responses = atOnce(32, () -> post(vote, key));

      assertThat(responses.stream().filter(r -> r.statusCode() == 201)).hasSize(1);
      assertThat(responses.stream().filter(r -> r.statusCode() == 200)).hasSize(31);
      assertThat(new HashSet<>(responses.stream().map(r -> r.<String>path("id")).toList()))
          .hasSize(1);
      assertThat(rows("select count(*) from feedback where idempotency_key = '%s'".formatted(key)))
          .isEqualTo(1);
    }
  }

  @Test
  void manyWithdrawalsAtOnceAreOne() throws Exception {
    var turn = StoredTurns.answer("Hi", "Hello").getFirst();
    var vote = taken("{'kind':'rating','turn':'%s','value':'up'}".formatted(turn));
    var body = "{'kind':'withdrawal','feedback':'%s'}".formatted(vote);
    var key = UUID.randomUUID().toString();
    var withKey = atOnce(16, () -> post(body, key));
    assertThat(withKey.stream().filter(r -> r.statusCode() == 201)).hasSize(1);
    assertThat(withKey.stream().filter(r -> r.statusCode() == 200)).hasSize(15);

    var other = taken("{'kind':'rating','turn':'%s','value':'up'}".formatted(turn));
    var withoutKey =
        atOnce(16, () -> post("{'kind':'withdrawal','feedback':'%s'}".formatted(other), null));
    assertThat(withoutKey.stream().filter(r -> r.statusCode() == 201)).hasSize(1);
    assertThat(withoutKey.stream().filter(r -> r.statusCode() == 409)).hasSize(15);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "update feedback set owner = 'x'",
        "delete from feedback",
        "truncate feedback cascade",
        "update feedback_turn set position = 9",
        "delete from feedback_turn",
        "truncate feedback_turn"
      })
  void theDatabaseItselfRefusesToForget(String sql) {
    assertThatThrownBy(
            () -> {
              try (var connection = database.getConnection();
                  var statement = connection.createStatement()) {
                statement.execute(sql);
              }
            })
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("append-only");
  }

  private long rows(String sql) throws SQLException {
    try (var connection = database.getConnection();
        var statement = connection.createStatement();
        var result = statement.executeQuery(sql)) {
      result.next();
      return result.getLong(1);
    }
  }

  private static List<Response> atOnce(int count, Callable<Response> request)
      throws InterruptedException, ExecutionException {
    try (var threads = Executors.newFixedThreadPool(count)) {
      var pending = new ArrayList<Future<Response>>();
      for (int i = 0; i < count; i++) {
        pending.add(threads.submit(request));
      }
      var responses = new ArrayList<Response>();
      for (Future<Response> response : pending) {
        responses.add(response.get());
      }
      return responses;
    }
  }

  private static String taken(String vote) {
    return post(vote, null).then().statusCode(201).extract().path("id");
  }

  private static ValidatableResponse refused(Response response, int status, String code) {
    return response
        .then()
        .statusCode(status)
        .contentType("application/problem+json")
        .body("status", equalTo(status))
        .body("code", equalTo(code));
  }

  private static ValidatableResponse ofConversation(UUID conversation, String owner) {
    return given()
        .queryParam("conversation", conversation)
        .queryParam("user", owner)
        .get("/api/feedback")
        .then()
        .statusCode(200);
  }

  private static Response post(String json, String key) {
    var request = given().contentType("application/json").body(json.replace('\'', '"'));
    return (key == null ? request : request.header("Idempotency-Key", key)).post("/api/feedback");
  }

  private static String owner() {
    return "owner-" + UUID.randomUUID();
  }
}
