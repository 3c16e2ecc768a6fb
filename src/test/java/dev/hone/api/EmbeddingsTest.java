package dev.hone.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasSize;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.ValidatableResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(ScriptedServer.class)
class EmbeddingsTest {
  @Test
  void theAnswerHasOpenAisShape() {
    var response = embed("\"input\": [\"A cat sits.\", \"Stocks fell.\"]");
    response
        .statusCode(200)
        .body("object", equalTo("list"))
        .body("model", equalTo("all-minilm-l6-v2"))
        .body("data.object", everyItem(equalTo("embedding")))
        .body("data.index", contains(0, 1))
        .body("data[0].embedding", hasSize(384));
    int tokens = response.extract().path("usage.prompt_tokens");
    assertThat(tokens).isBetween(6, 14);
    assertThat(response.extract().<Integer>path("usage.total_tokens")).isEqualTo(tokens);
  }

  @Test
  void textsOfLikeMeaningAreNearAndVectorsHaveLengthOne() {
    var data =
        embed(
                """
                "input": ["How do I boil an egg?", "The way to cook eggs in water",
                          "The bank raised its interest rates"]""")
            .extract()
            .jsonPath();
    List<Float> egg = data.getList("data[0].embedding");
    assertThat(dot(egg, egg)).isCloseTo(1, within(1e-4));
    assertThat(dot(egg, data.getList("data[1].embedding")))
        .isGreaterThan(dot(egg, data.getList("data[2].embedding")) + 0.3);
  }

  @Test
  void base64HoldsTheSameNumbers() {
    List<Float> numbers = embed("\"input\": \"Hi\"").extract().path("data[0].embedding");
    String encoded =
        embed("\"input\": \"Hi\", \"encoding_format\": \"base64\"")
            .extract()
            .path("data[0].embedding");
    var floats =
        ByteBuffer.wrap(Base64.getDecoder().decode(encoded))
            .order(ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer();
    for (float number : numbers) {
      assertThat(floats.get()).isCloseTo(number, within(1e-6f));
    }
    assertThat(floats.hasRemaining()).isFalse();
  }

  @Test
  void theModelIsFoundByItsName() {
    given()
        .get("/v1/models/all-minilm-l6-v2")
        .then()
        .statusCode(200)
        .body("id", equalTo("all-minilm-l6-v2"));
  }

  @Test
  void whatCantBeDoneIsRefusedByName() {
    refused(post("{\"input\": \"a\"}"), "missing_required_parameter", "model");
    refused(post("{\"model\": \"hone\", \"input\": \"a\"}"), "unsupported_value", "model");
    refused(embed("\"user\": \"ann\""), "missing_required_parameter", "input");
    refused(embed("\"input\": \"\""), "invalid_value", "input");
    refused(embed("\"input\": []"), "invalid_value", "input");
    refused(embed("\"input\": [\"a\", \" \"]"), "invalid_value", "input[1]");
    refused(embed("\"input\": [1, 2]"), "invalid_type", "input[0]");
    refused(embed("\"input\": \"a\", \"dimensions\": 64"), "invalid_value", "dimensions");
    refused(
        embed("\"input\": \"a\", \"encoding_format\": \"hex\""),
        "invalid_value",
        "encoding_format");
    post("{\"model\": \"none\", \"input\": \"a\"}")
        .statusCode(404)
        .body("error.code", equalTo("model_not_found"));
  }

  private static void refused(ValidatableResponse response, String code, String param) {
    response.statusCode(400).body("error.code", equalTo(code)).body("error.param", equalTo(param));
  }

  private static ValidatableResponse embed(String fields) {
    return post("{\"model\": \"all-minilm-l6-v2\", " + fields + "}");
  }

  private static ValidatableResponse post(String json) {
    return given().contentType("application/json").body(json).post("/v1/embeddings").then();
  }

  private static double dot(List<Float> a, List<Float> b) {
    double sum = 0;
    for (int i = 0; i < a.size(); i++) {
      sum += a.get(i) * b.get(i);
    }
    return sum;
  }
}
