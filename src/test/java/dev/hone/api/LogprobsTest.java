package dev.hone.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import dev.hone.RealModel;
import dev.hone.inference.ByteTokenizer;
import dev.hone.inference.Script;
import dev.hone.model.Tokenizer;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.ValidatableResponse;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The scripted model's tokens are bytes; the tokenizer that spells them is the real one. */
@QuarkusTest
@TestProfile(ScriptedServer.class)
class LogprobsTest {
  private static final Tokenizer TOKENIZER = Tokenizer.load(RealModel.folder());
  private static final String HI = "\"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}]";
  private static final String WANTED = HI + ", \"logprobs\": true";

  @BeforeEach
  void script() {
    Script.is(Script.saying("Hello, you."));
  }

  @Test
  void eachTokenOfTheAnswerIsTold() {
    var response = chat("{" + WANTED + ", \"top_logprobs\": 3}");
    var content = response.extract().jsonPath();
    assertThat(content.getList("choices[0].logprobs.content.token"))
        .isEqualTo(spelled("Hello, you."));
    response.body("choices[0].logprobs.refusal", nullValue());
    int[] ids = ByteTokenizer.encode("Hello, you.");
    for (int i = 0; i < ids.length; i++) {
      String at = "choices[0].logprobs.content[" + i + "]";
      assertThat(content.getFloat(at + ".logprob")).isBetween(-1e-3f, 0f);
      assertThat(content.getList(at + ".top_logprobs")).hasSize(3);
      assertThat(content.getString(at + ".top_logprobs[0].token"))
          .isEqualTo(content.getString(at + ".token"));
      assertThat(content.getFloat(at + ".top_logprobs[1].logprob")).isLessThan(-40f);
      assertThat(content.<Integer>getList(at + ".bytes"))
          .containsExactly(TOKENIZER.spelling(ids[i])[0] & 0xff);
    }
  }

  @Test
  void withoutTopLogprobsOnlyTheDrawnOnesAreTold() {
    chat("{" + WANTED + "}").body("choices[0].logprobs.content[0].top_logprobs", hasSize(0));
    chat("{" + HI + "}").body("choices[0].logprobs", nullValue());
  }

  @Test
  void tokensOfAStopStringAreNotTold() {
    var told =
        chat("{" + WANTED + ", \"stop\": \", \"}")
            .extract()
            .jsonPath()
            .getList("choices[0].logprobs.content.token");
    assertThat(told).isEqualTo(spelled("Hello"));
  }

  @Test
  void aStreamTellsTheSameTokens() {
    try (var wire = Wire.post("/v1/chat/completions", "{" + WANTED + ", \"stream\": true}")) {
      var tokens =
          wire.readUntil("data: [DONE]").stream()
              .filter(line -> line.startsWith("data: {"))
              .map(line -> new JsonObject(line.substring("data: ".length())))
              .map(
                  chunk -> chunk.getJsonArray("choices").getJsonObject(0).getJsonObject("logprobs"))
              .filter(logprobs -> logprobs != null)
              .flatMap(logprobs -> logprobs.getJsonArray("content").stream())
              .map(token -> ((JsonObject) token).getString("token"))
              .toList();
      assertThat(tokens).isEqualTo(spelled("Hello, you."));
    }
  }

  @Test
  void aTextsTokensAreToldInTheLegacyShape() {
    Script.is(Script.saying("Hey"));
    var response =
        given()
            .contentType("application/json")
            .body("{\"prompt\": \"a\", \"logprobs\": 2}")
            .post("/v1/completions")
            .then()
            .statusCode(200);
    response
        .body("choices[0].logprobs.text_offset", contains(0, 1, 2))
        .body("choices[0].logprobs.token_logprobs", hasSize(3));
    var told = response.extract().jsonPath();
    assertThat(told.getList("choices[0].logprobs.tokens")).isEqualTo(spelled("Hey"));
    assertThat(told.getMap("choices[0].logprobs.top_logprobs[0]")).hasSize(2);
  }

  private static ValidatableResponse chat(String json) {
    return given()
        .contentType("application/json")
        .body(json)
        .post("/v1/chat/completions")
        .then()
        .statusCode(200);
  }

  private static List<String> spelled(String text) {
    return Arrays.stream(ByteTokenizer.encode(text))
        .mapToObj(id -> TokenSpelling.text(TOKENIZER, id))
        .toList();
  }
}
