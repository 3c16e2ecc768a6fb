package dev.hone.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hone.TestModel;
import dev.hone.TestServer;
import dev.hone.chat.Turn;
import dev.hone.inference.ModelHost;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The edge over the real model and a real database. */
@QuarkusTest
@QuarkusTestResource(TestServer.class)
class RealChatTest {
  private static final String CAPITAL =
      "\"messages\": [{\"role\": \"user\", \"content\": \"What is the capital of France?\"}],"
          + " \"temperature\": 0, \"max_tokens\": 24";

  @Inject ModelHost host;

  @BeforeEach
  void awaitModel() {
    await()
        .atMost(Duration.ofMinutes(3))
        .until(() -> given().get("/health/ready").statusCode() == 200);
  }

  @Test
  void theModelAnswersAndItsTurnHoldsWhatTrainingNeeds() {
    var response =
        given()
            .contentType("application/json")
            .body("{" + CAPITAL + "}")
            .post("/v1/chat/completions")
            .then()
            .statusCode(200)
            .extract();
    String text = response.path("choices[0].message.content");
    assertThat(text).contains("Paris");
    Turn turn = Turns.find(response.path("id") + "-0").orElseThrow();
    var tokenizer = host.model(TestModel.ID).format().tokenizer();
    assertThat(tokenizer.decode(turn.responseTokenIds)).isEqualTo(text);
    assertThat(tokenizer.decode(turn.promptTokenIds)).contains("What is the capital of France?");
    assertThat(turn.logprobs).hasSameSizeAs(turn.responseTokenIds);
    for (int i = 0; i < turn.logprobs.length; i++) {
      assertThat(turn.logprobs[i]).isBetween(-20f, 0f);
      assertThat(turn.sampledLogprobs[i]).isZero();
    }
  }

  @Test
  void aSeedDrawsTheSameAnswerAndItsLogProbabilitiesAreStoredTwice() {
    String drawn =
        "{" + CAPITAL.replace("\"temperature\": 0", "\"temperature\": 1.3, \"seed\": 9") + "}";
    String first = complete(drawn);
    Turn turn = Turns.latest();
    assertThat(turn.response).isEqualTo(first);
    assertThat(turn.seed).isEqualTo(9);
    assertThat(turn.sampledLogprobs).isNotEqualTo(turn.logprobs);
    assertThat(complete(drawn)).isEqualTo(first);
  }

  @Test
  void aConversationRemembers() {
    String id = given().post("/api/conversations").then().extract().path("id");
    String messages = "/api/conversations/" + id + "/messages";
    PageStream.post(messages, message("My name is Ada."));
    var second = PageStream.post(messages, message("Say hello."));
    assertThat(second.of("finish")).hasSize(1);
    assertThat(Turns.find(second.turn(0)).orElseThrow().messages)
        .hasSize(3)
        .first()
        .satisfies(m -> assertThat(m.content()).isEqualTo("My name is Ada."));
  }

  @Test
  void aClientThatLeavesFreesTheEngine() {
    String endless = "{" + CAPITAL.replace("24", "1000") + ", \"stream\": true, \"stop\": \"@@\"}";
    try (var wire = Wire.post("/v1/chat/completions", endless)) {
      wire.readUntil("\"content\":\"");
    }
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> host.engine().running() + host.engine().queued() == 0);
  }

  @Test
  void logProbabilitiesAddUpToTheAnswerByteForByte() {
    var response =
        given()
            .contentType("application/json")
            .body(
                """
                {"messages": [{"role": "user", "content": "Write five emojis."}], "logprobs": true,
                 "top_logprobs": 5, "temperature": 0, "max_tokens": 30}""")
            .post("/v1/chat/completions")
            .then()
            .statusCode(200)
            .extract()
            .jsonPath();
    var bytes = new ByteArrayOutputStream();
    for (List<Integer> token :
        response.<List<Integer>>getList("choices[0].logprobs.content.bytes")) {
      token.forEach(bytes::write);
    }
    String text = response.getString("choices[0].message.content");
    assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo(text);
    List<Float> drawn = response.getList("choices[0].logprobs.content.logprob");
    for (int i = 0; i < drawn.size(); i++) {
      List<Float> likely =
          response.getList("choices[0].logprobs.content[" + i + "].top_logprobs.logprob");
      assertThat(likely).hasSize(5).isSortedAccordingTo(Comparator.reverseOrder());
      assertThat(likely.getFirst()).isEqualTo(drawn.get(i));
    }
  }

  private static String complete(String json) {
    return given()
        .contentType("application/json")
        .body(json)
        .post("/v1/chat/completions")
        .then()
        .statusCode(200)
        .extract()
        .path("choices[0].message.content");
  }

  private static String message(String text) {
    return new JsonObject().put("text", text).encode();
  }
}
