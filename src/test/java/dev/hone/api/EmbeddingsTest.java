package dev.hone.api;

import static io.restassured.RestAssured.given;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.instanceOf;

import dev.hone.inference.Script;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.ValidatableResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
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

  @Test
  void theChatModelMakesVectorsByItsName() {
    Script.is(tokens -> counts(tokens));
    var response = post("{\"model\": \"hone\", \"input\": [\"a cat\", [97, 97, 98]]}");
    List<Float> numbers = response.extract().path("data[1].embedding");
    assertThat(numbers.get('a')).isCloseTo(2 / (float) Math.sqrt(5), within(1e-6f));
    assertThat(numbers.get('b')).isCloseTo(1 / (float) Math.sqrt(5), within(1e-6f));
    int whole = tokens("a cat") + 3;
    response
        .statusCode(200)
        .body("model", equalTo("smollm2-135m-instruct-q4_1"))
        .body("data.index", contains(0, 1))
        .body("usage.prompt_tokens", equalTo(whole))
        .body("usage.total_tokens", equalTo(whole));
  }

  @Test
  void anArrayOfTokensIsOneText() {
    Script.is(tokens -> counts(tokens));
    post("{\"model\": \"base\", \"input\": [97, 98]}")
        .statusCode(200)
        .body("data", hasSize(1))
        .body("usage.prompt_tokens", equalTo(2));
    post("{\"model\": \"base\", \"input\": [97], \"encoding_format\": \"base64\"}")
        .statusCode(200)
        .body("data[0].embedding", instanceOf(String.class));
  }

  @Test
  void whatTheChatModelCantReadIsRefusedByName() {
    Script.is(tokens -> counts(tokens));
    String ids = IntStream.range(0, 501).mapToObj(_ -> "97").collect(joining(","));
    refused(ofChatModel("[[97], [" + ids + "]]"), "context_length_exceeded", "input[1]");
    ofChatModel("[" + ids.substring(3) + "]").statusCode(200);
    refused(ofChatModel("\"\""), "invalid_value", "input");
    refused(ofChatModel("[]"), "invalid_value", "input");
    refused(ofChatModel("[[97], []]"), "invalid_value", "input[1]");
    refused(ofChatModel("[97, 1000000]"), "invalid_value", "input[1]");
    refused(ofChatModel("[\"a\", {}]"), "invalid_type", "input[1]");
    refused(ofChatModel("\"a\", \"dimensions\": 8"), "invalid_value", "dimensions");
  }

  @Test
  void aNetworkThatBreaksIsTold() {
    Script.is(Script.failing("the network broke"));
    ofChatModel("\"a\"").statusCode(500).body("error.code", equalTo("internal_error"));
  }

  private static int tokens(String text) {
    return given()
        .contentType("application/json")
        .body("{\"prompt\": \"" + text + "\"}")
        .post("/v1/tokenize")
        .then()
        .extract()
        .path("count");
  }

  /** How often each byte occurs; the others are none of this model's. */
  private static float[] counts(int[] tokens) {
    float[] counts = new float[257];
    for (int token : tokens) {
      counts[Math.min(token, 256)]++;
    }
    return counts;
  }

  private static ValidatableResponse ofChatModel(String input) {
    return post("{\"model\": \"hone\", \"input\": " + input + "}");
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
