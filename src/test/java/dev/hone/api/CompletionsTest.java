package dev.hone.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.nullValue;

import dev.hone.TestModel;
import dev.hone.chat.Turn;
import dev.hone.inference.LogitBias;
import dev.hone.inference.Script;
import dev.hone.inference.ScriptedModelHost;
import dev.hone.model.Message;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(ScriptedServer.class)
class CompletionsTest {
  private static final String HI = "\"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}]";

  @Inject ScriptedModelHost host;

  @BeforeEach
  void script() {
    Script.is(Script.saying("Hello, ñandú."));
  }

  @Test
  void theAnswerHasOpenAisShape() {
    var response = complete("{" + HI + "}").statusCode(200).contentType("application/json");
    response
        .body("id", matchesPattern("chatcmpl-[0-9a-f]{32}"))
        .body("object", equalTo("chat.completion"))
        .body("model", equalTo(TestModel.ID))
        .body("choices", hasSize(1))
        .body("choices[0].index", equalTo(0))
        .body("choices[0].message.role", equalTo("assistant"))
        .body("choices[0].message.content", equalTo("Hello, ñandú."))
        .body("choices[0].message.refusal", nullValue())
        .body("choices[0].logprobs", nullValue())
        .body("choices[0].finish_reason", equalTo("stop"))
        .body("usage.completion_tokens", equalTo(16))
        .body("usage.prompt_tokens_details.cached_tokens", equalTo(0))
        .body("usage.completion_tokens_details.reasoning_tokens", equalTo(0))
        .body("system_fingerprint", matchesPattern("fp_[0-9a-f]+"));
    assertThat(response.extract().jsonPath().getMap("$").keySet())
        .isEqualTo(
            Set.of("id", "object", "created", "model", "choices", "usage", "system_fingerprint"));
    int prompt = response.extract().path("usage.prompt_tokens");
    assertThat(response.extract().<Integer>path("usage.total_tokens")).isEqualTo(prompt + 16);
  }

  @Test
  void whileTheModelLoadsCallersAreToldToComeBack() {
    host.pretendToLoad(true);
    try {
      given().get("/health/live").then().statusCode(200);
      given().get("/health/ready").then().statusCode(503);
      complete("{" + HI + "}")
          .statusCode(503)
          .header("Retry-After", "2")
          .body("error.code", equalTo("model_loading"));
    } finally {
      host.pretendToLoad(false);
    }
    given().get("/health/ready").then().statusCode(200);
    complete("{" + HI + "}").statusCode(200);
  }

  @Test
  void theTurnIsStoredWithAllThatTrainingNeeds() {
    String id =
        complete(
                """
                {"messages": [{"role": "developer", "content": "Be kind."},
                              {"role": "user", "content": "Hi"}],
                 "temperature": 0.5, "top_p": 0.9, "top_k": 7, "seed": 11, "stop": "!", "max_tokens": 99,
                 "user": "ann"}""")
            .statusCode(200)
            .extract()
            .path("id");
    Turn turn = Turns.find(id + "-0").orElseThrow();
    assertThat(turn.completion).isEqualTo(id);
    assertThat(turn.choice).isZero();
    assertThat(turn.conversation).isNull();
    assertThat(turn.owner).isEqualTo("ann");
    assertThat(turn.version).isEqualTo(TestModel.ID);
    assertThat(turn.messages)
        .containsExactly(new Message("system", "Be kind."), new Message("user", "Hi"));
    assertThat(turn.promptHash).hasSize(64);
    assertThat(turn.promptTokenIds).isNotEmpty();
    assertThat(turn.response).isEqualTo("Hello, ñandú.");
    assertThat(turn.responseTokenIds).hasSize(16);
    assertThat(turn.logprobs).hasSize(16);
    assertThat(turn.sampledLogprobs).hasSize(16);
    assertThat(turn.sampling)
        .isEqualTo(new Turn.Sampling(0.5, 0.9, 7, 0, 99, List.of("!"), LogitBias.NONE));
    assertThat(turn.seed).isEqualTo(11);
    assertThat(turn.finishReason).isEqualTo("stop");
  }

  @Test
  void withoutANameTheOwnerIsLocal() {
    String id = complete("{" + HI + "}").extract().path("id");
    assertThat(Turns.find(id + "-0").orElseThrow().owner).isEqualTo("local");
  }

  @Test
  void whatIsNotToBeStoredIsNot() {
    long before = Turns.count();
    complete("{" + HI + ", \"store\": false, \"n\": 2}").statusCode(200);
    assertThat(Turns.count()).isEqualTo(before);
  }

  @Test
  void theSameSeedDrawsTheSameAndEachChoiceItsOwn() {
    Script.is(Script.letters());
    String drawn = "{" + HI + ", \"max_tokens\": 20, \"seed\": 5, \"n\": %d}";
    List<String> three = texts(complete(drawn.formatted(3)));
    assertThat(three).doesNotHaveDuplicates().hasSize(3);
    assertThat(texts(complete(drawn.formatted(3)))).isEqualTo(three);
    assertThat(texts(complete(drawn.formatted(1)))).containsExactly(three.getFirst());
  }

  @Test
  void withoutASeedEachAnswerHasOneOfItsOwnThatIsStored() {
    Script.is(Script.letters());
    var first = complete("{" + HI + ", \"max_tokens\": 20}");
    long seed = Turns.find(first.extract().path("id") + "-0").orElseThrow().seed;
    var again = complete("{" + HI + ", \"max_tokens\": 20, \"seed\": " + seed + "}");
    assertThat(texts(again)).isEqualTo(texts(first));
    assertThat(texts(complete("{" + HI + ", \"max_tokens\": 20}"))).isNotEqualTo(texts(first));
  }

  @Test
  void everyChoiceIsATurn() {
    var response = complete("{" + HI + ", \"n\": 2, \"seed\": 3}");
    response.body("choices.index", contains(0, 1)).body("usage.completion_tokens", equalTo(32));
    String id = response.extract().path("id");
    assertThat(Turns.find(id + "-0").orElseThrow().seed).isEqualTo(3);
    assertThat(Turns.find(id + "-1").orElseThrow().seed).isNotEqualTo(3);
  }

  @Test
  void aBoundEndsTheAnswerAsLength() {
    complete("{" + HI + ", \"max_completion_tokens\": 3}")
        .body("choices[0].message.content", equalTo("Hel"))
        .body("choices[0].finish_reason", equalTo("length"));
  }

  @Test
  void aStopStringEndsTheAnswerAndIsNotPartOfIt() {
    complete("{" + HI + ", \"stop\": [\"xx\", \", \"]}")
        .body("choices[0].message.content", equalTo("Hello"))
        .body("choices[0].finish_reason", equalTo("stop"));
  }

  @Test
  void modelsAreFoundByTheirNames() {
    for (String name : List.of("hone", "base", TestModel.ID)) {
      complete("{" + HI + ", \"model\": \"" + name + "\"}")
          .statusCode(200)
          .body("model", equalTo(TestModel.ID));
    }
    error(complete("{" + HI + ", \"model\": \"gpt-4o\"}"), 404, "model_not_found", "model");
  }

  @Test
  void aPromptBeyondTheWindowIsRefused() {
    String text = "many words ".repeat(500);
    error(
        complete("{\"messages\": [{\"role\": \"user\", \"content\": \"" + text + "\"}]}"),
        400,
        "context_length_exceeded",
        "messages");
  }

  @Test
  void whatIsNotUnderstoodIsRefusedInOpenAisShape() {
    error(complete("{\"messages\""), 400, "invalid_json", null);
    error(complete("{" + HI + ", \"functions\": [{}]}"), 400, "unsupported_parameter", "functions");
    error(given().get("/v1/nothing").then(), 404, "not_found", null);
    error(given().get("/v1/chat/completions").then(), 405, "method_not_allowed", null);
  }

  @Test
  void aFailureOfTheModelIsToldWithoutItsCause() {
    Script.is(Script.failing("secret detail"));
    var response = complete("{" + HI + "}");
    error(response, 500, "internal_error", null);
    response.body("error.type", equalTo("server_error"));
    assertThat(response.extract().asString()).doesNotContain("secret");
  }

  @Test
  void modelsAreListed() {
    given()
        .get("/v1/models")
        .then()
        .statusCode(200)
        .body("object", equalTo("list"))
        .body("data.id", contains("hone", "base", TestModel.ID, "all-minilm-l6-v2"))
        .body("data[0..2].root", everyItem(equalTo(TestModel.ID)))
        .body("data.parent", everyItem(nullValue()))
        .body("data[0].object", equalTo("model"))
        .body("data[0].owned_by", equalTo("hone"));
    given()
        .get("/v1/models/" + TestModel.ID)
        .then()
        .statusCode(200)
        .body("id", equalTo(TestModel.ID));
    error(given().get("/v1/models/nothing").then(), 404, "model_not_found", "model");
  }

  @Test
  void theServerIsLiveAndReady() {
    given().get("/health/live").then().statusCode(200);
    given().get("/health/ready").then().statusCode(200).body(containsString("\"model\""));
    given()
        .get("/api/status")
        .then()
        .body("ready", equalTo(true))
        .body("model", equalTo(TestModel.ID))
        .body("active", equalTo(TestModel.ID))
        .body("owner", equalTo("local"))
        .body("signInRequired", equalTo(false))
        .body("contextWindow", equalTo(500));
  }

  private static ValidatableResponse complete(String json) {
    return given().contentType("application/json").body(json).post("/v1/chat/completions").then();
  }

  private static List<String> texts(ValidatableResponse response) {
    String[] texts =
        response.extract().jsonPath().getObject("choices.message.content", String[].class);
    return Arrays.asList(texts);
  }

  private static void error(ValidatableResponse response, int status, String code, String param) {
    response
        .statusCode(status)
        .contentType("application/json")
        .body("error.code", equalTo(code))
        .body("error.param", equalTo(param))
        .body("error.message", matchesPattern("(?s).+"));
    assertThat(response.extract().jsonPath().getMap("error").keySet())
        .isEqualTo(Set.of("message", "type", "param", "code"));
  }
}
