package dev.hone.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hone.inference.ModelHost;
import dev.hone.inference.Script;
import dev.hone.inference.ScriptedModelHost;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(ScriptedServer.class)
class StreamingTest {
  private static final String COMPLETIONS = "/v1/chat/completions";
  private static final String HI = "\"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}]";
  private static final String STREAMED = "{" + HI + ", \"stream\": true}";

  @Inject ModelHost host;

  @Test
  void chunksComeInOpenAisOrder() {
    Script.is(Script.saying("Hello."));
    List<JsonObject> chunks =
        chunks("{" + HI + ", \"stream\": true, \"stream_options\": {\"include_usage\": true}}");
    assertThat(chunks.getFirst().getString("object")).isEqualTo("chat.completion.chunk");
    assertThat(delta(chunks.getFirst()))
        .isEqualTo(new JsonObject().put("role", "assistant").put("content", ""));
    assertThat(text(chunks, 0)).isEqualTo("Hello.");
    var finish = chunks.get(chunks.size() - 2);
    assertThat(delta(finish)).isEmpty();
    assertThat(choice(finish).getString("finish_reason")).isEqualTo("stop");
    var usage = chunks.getLast();
    assertThat(usage.getJsonArray("choices")).isEmpty();
    assertThat(usage.getJsonObject("usage").getInteger("completion_tokens")).isEqualTo(7);
    assertThat(chunks)
        .extracting(chunk -> chunk.getString("id"))
        .containsOnly(chunks.getFirst().getString("id"));
    assertThat(chunks.subList(0, chunks.size() - 1))
        .allMatch(chunk -> chunk.containsKey("usage") && chunk.getValue("usage") == null);
    assertThat(Turns.find(usage.getString("id") + "-0").orElseThrow().response).isEqualTo("Hello.");
  }

  @Test
  void severalChoicesComeInterleavedByIndex() {
    Script.is(Script.letters());
    List<JsonObject> chunks =
        chunks("{" + HI + ", \"stream\": true, \"n\": 3, \"max_tokens\": 15}");
    assertThat(List.of(text(chunks, 0), text(chunks, 1), text(chunks, 2)))
        .doesNotHaveDuplicates()
        .allMatch(text -> text.length() == 15);
    assertThat(chunks.subList(0, 3)).allMatch(chunk -> delta(chunk).containsKey("role"));
    assertThat(chunks).noneMatch(chunk -> chunk.containsKey("usage"));
  }

  @Test
  void aFailureMidwayIsAnErrorEvent() {
    var steps = new Semaphore(3);
    Script.is(
        tokens -> {
          if (!steps.tryAcquire()) {
            throw new IllegalStateException("secret detail");
          }
          return Script.saying("abc").apply(tokens);
        });
    try (var wire = Wire.post(COMPLETIONS, STREAMED)) {
      String error = wire.readUntil("\"error\"").getLast();
      assertThat(error).contains("internal_error").doesNotContain("secret");
    }
  }

  @Test
  void aClientThatLeavesItsStreamStopsTheCost() {
    var steps = new Semaphore(2);
    Script.is(Script.paced(steps));
    try (var wire = Wire.post(COMPLETIONS, STREAMED)) {
      wire.readUntil("\"content\":\"a");
    }
    assertCostStops(steps);
  }

  @Test
  void aClientThatLeavesBeforeItsWholeAnswerStopsTheCost() {
    var steps = new Semaphore(2);
    Script.is(Script.paced(steps));
    try (var wire = Wire.post(COMPLETIONS, "{" + HI + "}")) {
      assertThat(wire).isNotNull();
      await().until(() -> host.engine().running() == 1);
    }
    assertCostStops(steps);
  }

  @Test
  void aFullQueueIs429WithRetryAfter() {
    var steps = new Semaphore(0);
    Script.is(Script.paced(steps));
    var waiting = new ArrayList<Wire>();
    try {
      waiting.add(Wire.post(COMPLETIONS, STREAMED));
      await().until(() -> host.engine().running() == 1);
      for (int i = 0; i < ScriptedModelHost.QUEUE; i++) {
        waiting.add(Wire.post(COMPLETIONS, STREAMED));
        waiting.getLast().readUntil("\"role\"");
      }
      try (var refused = Wire.post(COMPLETIONS, STREAMED)) {
        var lines = refused.readUntil("\"error\"");
        assertThat(lines.getFirst()).contains("429");
        assertThat(lines)
            .anyMatch(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith("retry-after: "));
        assertThat(lines.getLast()).contains("rate_limit_exceeded");
      }
    } finally {
      waiting.forEach(Wire::close);
    }
    assertCostStops(steps);
  }

  @Test
  void aFailureEndsEveryRequestThatWaits() {
    var steps = new Semaphore(0);
    Script.is(
        tokens -> {
          steps.acquireUninterruptibly();
          throw new IllegalStateException("broken");
        });
    var waiting = new ArrayList<Wire>();
    try {
      for (int i = 0; i < ScriptedModelHost.SLOTS + 2; i++) {
        waiting.add(Wire.post(COMPLETIONS, STREAMED));
        waiting.getLast().readUntil("\"role\"");
      }
      steps.release();
      waiting.forEach(wire -> wire.readUntil("\"error\""));
      await().until(() -> host.engine().running() + host.engine().queued() == 0);
    } finally {
      waiting.forEach(Wire::close);
    }
  }

  /** Some steps go by until the server has seen the client go, far fewer than the window holds. */
  private void assertCostStops(Semaphore steps) {
    int[] released = {0};
    await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              steps.release();
              released[0]++;
              return host.engine().running() + host.engine().queued() == 0;
            });
    assertThat(released[0]).isLessThan(100);
    await().untilAsserted(() -> assertThat(Turns.latest().finishReason).isEqualTo("cancelled"));
  }

  private static List<JsonObject> chunks(String json) {
    try (var wire = Wire.post(COMPLETIONS, json)) {
      return wire.readUntil("data: [DONE]").stream()
          .filter(line -> line.startsWith("data: {"))
          .map(line -> new JsonObject(line.substring("data: ".length())))
          .collect(Collectors.toList());
    }
  }

  private static JsonObject choice(JsonObject chunk) {
    return chunk.getJsonArray("choices").getJsonObject(0);
  }

  private static JsonObject delta(JsonObject chunk) {
    return choice(chunk).getJsonObject("delta");
  }

  private static String text(List<JsonObject> chunks, int index) {
    return chunks.stream()
        .filter(chunk -> !chunk.getJsonArray("choices").isEmpty())
        .filter(chunk -> choice(chunk).getInteger("index") == index)
        .map(chunk -> delta(chunk).getString("content", ""))
        .collect(Collectors.joining());
  }
}
