package dev.hone.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.TestModel;
import dev.hone.api.ScriptedServer.WithSystemPrompt;
import dev.hone.inference.ModelHost;
import dev.hone.inference.Script;
import dev.hone.model.Message;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.path.json.JsonPath;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A conversation that outgrows the window, with a system prompt. */
@QuarkusTest
@TestProfile(WithSystemPrompt.class)
class LongConversationTest {
  private static final Message SYSTEM = new Message("system", WithSystemPrompt.SYSTEM_PROMPT);
  private static final int ENOUGH = 40;

  @Inject ModelHost host;

  private final AtomicReference<int[]> seen = new AtomicReference<>();
  private String id;
  private PageStream last;
  private int exchangeCount;

  @BeforeEach
  void talkUntilTheWindowIsFull() {
    var hello = Script.saying("Hello.");
    Script.is(
        (_, tokens) -> {
          seen.compareAndSet(null, tokens);
          return hello.apply(tokens);
        });
    id = given().post("/api/conversations").then().statusCode(201).extract().path("id");
    do {
      seen.set(null);
      last = PageStream.post("/api/conversations/" + id + "/messages", message(exchangeCount));
      exchangeCount++;
    } while (last.of("notice").isEmpty() && exchangeCount < ENOUGH);
  }

  @Test
  void theOldestExchangesAreDroppedAndTheSystemPromptStays() {
    int dropped = dropped(last);
    assertThat(dropped).isPositive();
    var stored = Turns.find(last.turn(0)).orElseThrow().messages;
    assertThat(stored.getFirst()).isEqualTo(SYSTEM);
    assertThat(stored.get(1)).isEqualTo(new Message("user", text(dropped)));
    assertThat(stored).hasSize(2 + 2 * (exchangeCount - 1 - dropped));
    assertThat(host.model(TestModel.ID).format().tokenizer().decode(seen.get()))
        .contains(SYSTEM.content(), text(dropped), text(exchangeCount - 1))
        .doesNotContain(text(dropped - 1));
  }

  @Test
  void readingTellsOfEachAnswerHowManyExchangesTheModelNoLongerSaw() {
    var again =
        PageStream.post(
            "/api/conversations/" + id + "/exchanges/" + (exchangeCount - 1) + "/regenerate", "{}");
    assertThat(dropped(again)).isEqualTo(dropped(last));
    JsonPath read = given().get("/api/conversations/" + id).jsonPath();
    List<List<Integer>> perExchange = read.getList("exchanges.turns.dropped");
    assertThat(perExchange).hasSize(exchangeCount);
    assertThat(perExchange.getLast()).containsExactly(dropped(last), dropped(last));
    assertThat(perExchange.subList(0, exchangeCount - 1)).containsOnly(List.of(0));
    assertThat(read.getString("exchanges[0].message")).isEqualTo(text(0));
  }

  private static int dropped(PageStream stream) {
    return stream.of("notice").getFirst().getInteger("dropped");
  }

  private static String text(int exchange) {
    return "Number %d: many words in a row %s".formatted(exchange, "x".repeat(90));
  }

  private static String message(int exchange) {
    return new JsonObject().put("text", text(exchange)).put("answers", 1).encode();
  }
}
