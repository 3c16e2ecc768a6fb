package dev.hone.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;

import dev.hone.alignment.reward.AnswerRewards.Said;
import dev.hone.alignment.reward.ScriptedRewards;
import dev.hone.chat.Seeds;
import dev.hone.chat.Turn;
import dev.hone.inference.Script;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A chat completion that is the best of several answers. */
@QuarkusTest
@TestProfile(ScriptedServer.class)
class BestOfTest {
  private static final String HI =
      "{\"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}], \"seed\": 5%s}";
  private static final int LETTERS = 6;
  private static final int DRAWN = 4;

  @Inject ScriptedRewards rewards;

  @BeforeEach
  void script() {
    Script.is(Script.letters(LETTERS));
    rewards.are(BestOfTest::sum, 1);
  }

  @AfterEach
  void noRewardModel() {
    rewards.are(null, 1);
  }

  /** Later letters are better, whatever their order. */
  private static double sum(Said said) {
    return said.text().chars().sum();
  }

  @Test
  void theOneWithTheHighestRewardIsTheOnlyChoiceAndTheOnlyTurn() {
    List<String> all = texts(complete(", \"n\": " + DRAWN));
    int best = best(all);
    assertThat(best).isPositive();
    var response = complete(", \"best_of\": " + DRAWN);
    response
        .body("choices", hasSize(1))
        .body("choices[0].index", equalTo(0))
        .body("choices[0].message.content", equalTo(all.get(best)))
        .body("choices[0].finish_reason", equalTo("stop"))
        .body("choices[0].reward", equalTo((float) all.get(best).chars().sum()))
        .body("usage.completion_tokens", equalTo(DRAWN * (LETTERS + 1)));
    String id = response.extract().path("id");
    Turn turn = Turns.find(id + "-0").orElseThrow();
    assertThat(turn.response).isEqualTo(all.get(best));
    assertThat(turn.choice).isZero();
    assertThat(turn.seed).isEqualTo(Seeds.ofChoice(5, best));
    for (int choice = 1; choice < DRAWN; choice++) {
      assertThat(Turns.find(id + "-" + choice)).isEmpty();
    }
  }

  private static int best(List<String> texts) {
    return texts.indexOf(
        texts.stream()
            .max(Comparator.comparingDouble(text -> sum(new Said(text, true))))
            .orElseThrow());
  }

  @Test
  void aStreamHasItAtItsEnd() {
    List<String> all = texts(complete(", \"n\": 4"));
    String best = all.get(best(all));
    var events =
        given()
            .body(
                HI.formatted(
                    ", \"best_of\": 4, \"stream\": true, \"stream_options\": {\"include_usage\": true}"))
            .post("/v1/chat/completions")
            .then()
            .statusCode(200)
            .extract()
            .asString();
    assertThat(events)
        .containsOnlyOnce("\"content\":\"" + best + "\"")
        .containsOnlyOnce(
            "\"finish_reason\":\"stop\",\"reward\":%s.0".formatted(best.chars().sum()))
        .contains("\"completion_tokens\":" + 4 * (LETTERS + 1))
        .endsWith("data: [DONE]\n\n");
  }

  @Test
  void aCutAnswerIsSaidToBeCut() {
    rewards.are(said -> said.ended() ? 1 : 0, 1);
    complete(", \"best_of\": 2, \"max_tokens\": 3")
        .body("choices[0].reward", equalTo(0f))
        .body("choices[0].finish_reason", equalTo("length"));
  }

  @Test
  void theServersOwnNumberHoldsWhereTheRequestSaysNone() {
    rewards.are(BestOfTest::sum, 3);
    complete("").body("usage.completion_tokens", equalTo(3 * (LETTERS + 1)));
    for (String other : List.of(", \"best_of\": 1", ", \"n\": 2")) {
      complete(other).body("choices[0]", not(hasKey("reward")));
    }
  }

  @Test
  void whatIsNotToBeStoredIsNot() {
    long before = Turns.count();
    complete(", \"best_of\": 3, \"store\": false").body("choices", hasSize(1));
    assertThat(Turns.count()).isEqualTo(before);
  }

  @Test
  void withoutARewardModelNothingIsTheBest() {
    rewards.are(null, 1);
    refused(", \"best_of\": 2", "best_of");
    complete(", \"best_of\": 1").statusCode(200);
  }

  /** A slip in the server's settings keeps nobody from an answer who did not ask for the best. */
  @Test
  void aRewardModelThatIsNotThereIsMissedByThoseWhoAskForIt() {
    rewards.areMissing(3);
    complete(", \"best_of\": 2")
        .statusCode(503)
        .body("error.code", equalTo("reward_model_unavailable"))
        .body("error.param", equalTo("best_of"))
        .body("error.message", containsString("hone.rewards.model"));
    complete("")
        .statusCode(200)
        .body("usage.completion_tokens", equalTo(LETTERS + 1))
        .body("choices[0]", not(hasKey("reward")));
  }

  @Test
  void whatCannotBeMeantIsRefused() {
    refused(", \"best_of\": 2, \"n\": 2", "n");
    refused(", \"best_of\": 17", "best_of");
    refused(", \"best_of\": 0", "best_of");
  }

  @Test
  void aFailureOfTheRewardModelIsToldAndNothingIsStored() {
    long before = Turns.count();
    rewards.are(
        _ -> {
          throw new IllegalStateException("secret detail");
        },
        1);
    var response = complete(", \"best_of\": 2").statusCode(500);
    assertThat(response.extract().asString()).doesNotContain("secret");
    assertThat(Turns.count()).isEqualTo(before);
  }

  private static void refused(String fields, String param) {
    complete(fields)
        .statusCode(400)
        .body("error.code", equalTo("invalid_value"))
        .body("error.param", equalTo(param));
  }

  private static List<String> texts(ValidatableResponse response) {
    return response.extract().jsonPath().getList("choices.message.content");
  }

  private static ValidatableResponse complete(String fields) {
    return given().body(HI.formatted(fields)).post("/v1/chat/completions").then();
  }
}
