package dev.hone.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import dev.hone.RealModel;
import dev.hone.model.ChatFormat;
import dev.hone.model.Message;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.ValidatableResponse;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(ScriptedServer.class)
class TokensTest {
  private static final ChatFormat FORMAT = ChatFormat.load(RealModel.folder());

  @Test
  void aTextBecomesTheModelsTokensAndComesBack() {
    String text = "Hello, ñandú 世界!";
    var tokens =
        post("tokenize", new JsonObject().put("prompt", text))
            .statusCode(200)
            .body("max_model_len", equalTo(500))
            .body("token_strs", nullValue())
            .extract()
            .jsonPath();
    List<Integer> ids = tokens.getList("tokens");
    assertThat(ids).isEqualTo(list(FORMAT.tokenizer().encode(text)));
    assertThat(tokens.getInt("count")).isEqualTo(ids.size());
    post("detokenize", new JsonObject().put("tokens", ids))
        .statusCode(200)
        .body("prompt", equalTo(text));
  }

  @Test
  void aConversationBecomesWhatACompletionWouldBeSent() {
    String chat = "{\"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}]%s}";
    List<Integer> prompt = tokens(post("tokenize", chat.formatted("")));
    assertThat(prompt).isEqualTo(list(FORMAT.prompt(List.of(new Message("user", "Hi")))));
    List<Integer> closed =
        tokens(post("tokenize", chat.formatted(", \"add_generation_prompt\": false")));
    assertThat(prompt.subList(0, closed.size())).isEqualTo(closed);
    assertThat(closed.size()).isLessThan(prompt.size());
    String text =
        post("detokenize", new JsonObject().put("tokens", closed)).extract().path("prompt");
    assertThat(text).contains("<|im_start|>user\nHi<|im_end|>");
  }

  @Test
  void eachTokenIsToldAsText() {
    var strings =
        post("tokenize", "{\"prompt\": \"Hi 世\", \"return_token_strs\": true}")
            .extract()
            .jsonPath()
            .getList("token_strs", String.class);
    assertThat(strings).startsWith("Hi", " ").last().isEqualTo("\uFFFD");
  }

  @Test
  void whatIsNoTextAndNoTokenIsRefused() {
    refused("tokenize", "{}", "prompt");
    refused("tokenize", "{\"prompt\": [1]}", "prompt");
    refused(
        "tokenize",
        "{\"prompt\": \"a\", \"messages\": [{\"role\": \"user\", \"content\": \"a\"}]}",
        "prompt");
    refused(
        "tokenize",
        "{\"prompt\": \"a\", \"add_generation_prompt\": true}",
        "add_generation_prompt");
    refused("tokenize", "{\"prompt\": \"a\", \"size\": 1}", "size");
    refused("detokenize", "{\"tokens\": [1, \"2\"]}", "tokens[1]");
    refused("detokenize", "{\"tokens\": [1, -2]}", "tokens[1]");
    refused("detokenize", "{\"tokens\": [99999999999]}", "tokens[0]");
    refused("detokenize", "{\"tokens\": [49152]}", "tokens[0]");
    refused("detokenize", "{\"tokens\": 1}", "tokens");
    post("tokenize", "{\"prompt\": \"a\", \"model\": \"none\"}")
        .statusCode(404)
        .body("error.code", equalTo("model_not_found"));
  }

  private static void refused(String route, String json, String param) {
    post(route, json).statusCode(400).body("error.param", equalTo(param));
  }

  private static List<Integer> tokens(ValidatableResponse response) {
    return response.statusCode(200).extract().path("tokens");
  }

  private static List<Integer> list(int[] ids) {
    return Arrays.stream(ids).boxed().toList();
  }

  private static ValidatableResponse post(String route, JsonObject json) {
    return post(route, json.encode());
  }

  private static ValidatableResponse post(String route, String json) {
    return given().contentType("application/json").body(json).post("/v1/" + route).then();
  }
}
