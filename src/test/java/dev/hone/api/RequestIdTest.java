package dev.hone.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;

import dev.hone.inference.Script;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(ScriptedServer.class)
class RequestIdTest {
  private static final String ID = "x-request-id";
  private static final String FRESH = "req_[0-9a-f]{32}";
  private static final String HI = "\"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}]";

  @Test
  void everyResponseHasOne() {
    for (String path : new String[] {"/v1/models", "/v1/nothing", "/health/live", "/api/status"}) {
      given().get(path).then().header(ID, matchesPattern(FRESH));
    }
    given()
        .header("Origin", "http://elsewhere.example")
        .post("/v1/chat/completions")
        .then()
        .statusCode(403)
        .header(ID, matchesPattern(FRESH));
  }

  @Test
  void theClientsOwnComesBackUnlessItCouldHarm() {
    given().header(ID, "trace-1/a:b_c.d").get("/v1/models").then().header(ID, "trace-1/a:b_c.d");
    for (String strange : new String[] {"a b", "ñ", "\"x\"", "-", "a".repeat(129)}) {
      given().header(ID, strange).get("/v1/models").then().header(ID, matchesPattern(FRESH));
    }
  }

  @Test
  void aFailureIsToldByIt() {
    Script.is(Script.failing("secret detail"));
    given()
        .header(ID, "mine")
        .contentType("application/json")
        .body("{" + HI + "}")
        .post("/v1/chat/completions")
        .then()
        .statusCode(500)
        .header(ID, "mine")
        .body("error.message", containsString("request mine"));
  }

  @Test
  void theTimeThatProcessingTookIsTold() {
    given().get("/v1/models").then().header("openai-processing-ms", matchesPattern("\\d+"));
    given().get("/v1/nothing").then().header("openai-processing-ms", matchesPattern("\\d+"));
  }

  @Test
  void aSilentStreamIsKeptAlive() {
    var steps = new Semaphore(0);
    Script.is(Script.paced(steps));
    String body = "{" + HI + ", \"stream\": true, \"max_tokens\": 1}";
    try (var wire = Wire.post("/v1/chat/completions", body)) {
      wire.readUntil(": keep-alive");
      wire.readUntil(": keep-alive");
      steps.release();
      assertThat(wire.readUntil("[DONE]")).anyMatch(line -> line.contains("\"content\":\"a\""));
    }
  }

  @Test
  void metadataKeepsToOpenAisBounds() {
    Script.is(Script.saying("Hello."));
    complete("{\"" + "k".repeat(64) + "\": \"" + "v".repeat(512) + "\"}", 200, null);
    complete("[]", 400, "metadata");
    complete("{\"" + "k".repeat(65) + "\": \"v\"}", 400, "metadata");
    complete("{\"k\": \"" + "v".repeat(513) + "\"}", 400, "metadata.k");
    complete("{\"k\": 1}", 400, "metadata.k");
    var many = new StringBuilder();
    for (int i = 0; i < 17; i++) {
      many.append(i == 0 ? "" : ", ").append("\"k").append(i).append("\": \"v\"");
    }
    complete("{" + many + "}", 400, "metadata");
  }

  private static void complete(String metadata, int status, String param) {
    var response =
        given()
            .contentType("application/json")
            .body("{" + HI + ", \"metadata\": " + metadata + "}")
            .post("/v1/chat/completions")
            .then()
            .statusCode(status);
    if (param != null) {
      response.body("error.param", equalTo(param));
    }
  }
}
