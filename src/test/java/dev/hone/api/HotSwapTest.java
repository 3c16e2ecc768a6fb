package dev.hone.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.TestModel;
import dev.hone.inference.GenerationRequest;
import dev.hone.inference.ModelHost;
import dev.hone.inference.SamplingParams;
import dev.hone.inference.Script;
import dev.hone.inference.ScriptedModelHost;
import dev.hone.inference.TokenEvent;
import dev.hone.registry.Approval;
import dev.hone.registry.Candidate;
import dev.hone.registry.ModelStore;
import dev.hone.registry.Publications;
import dev.hone.registry.RegistryConfig;
import dev.hone.registry.Versions;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pointer moves while people chat: the base says a's, the version b's. */
@QuarkusTest
@TestProfile(ScriptedServer.class)
class HotSwapTest {
  private static final int CLIENTS = ScriptedModelHost.SLOTS + ScriptedModelHost.QUEUE - 1;
  private static final int ANSWERS_EACH = 20;
  private static final int TOKENS = 30;
  private static final long NANOS_A_TOKEN = Duration.ofMillis(1).toNanos() / 10;

  @Inject Publications publications;
  @Inject Versions versions;
  @Inject ModelHost host;
  @Inject RegistryConfig config;
  @TempDir Path adapter;

  private String version;

  @BeforeEach
  void publish() {
    version = publish("hot swap");
  }

  private String publish(String weights) {
    var candidate =
        Candidate.of(new ModelStore(config.models()), TestModel.ID, TestModel.ID, adapter, weights);
    try (var publication =
        publications.begin(candidate.manifest(), candidate.adapter(), Candidate.CARD)) {
      return publication.commit(new Approval.OperatorOverride("test", "to swap"), "r1").id();
    }
  }

  @AfterEach
  void theBaseAnswersAgain() {
    versions.activate(TestModel.ID, "test", "end of a test");
  }

  @Test
  void noRequestFailsAndEachAnswerIsOfOneVersionWhileThePointerMoves()
      throws InterruptedException, ExecutionException {
    Script.is(
        (answering, _) -> {
          LockSupport.parkNanos(NANOS_A_TOKEN);
          return Script.certain(letter(answering));
        });
    var seen = new ArrayList<Streamed>();
    int swaps = 0;
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<List<Streamed>> client =
          () -> IntStream.range(0, ANSWERS_EACH).mapToObj(_ -> stream("hone")).toList();
      var running = IntStream.range(0, CLIENTS).mapToObj(_ -> clients.submit(client)).toList();
      while (!running.stream().allMatch(Future::isDone)) {
        versions.activate(swaps++ % 2 == 0 ? TestModel.ID : version, "test", "under load");
      }
      for (var answers : running) {
        seen.addAll(answers.get());
      }
    }
    assertThat(seen).hasSize(CLIENTS * ANSWERS_EACH).allSatisfy(this::assertConsistent);
    assertThat(seen.stream().map(Streamed::model).distinct())
        .containsExactlyInAnyOrder(TestModel.ID, version);
    assertThat(swaps).isGreaterThan(20);
  }

  @Test
  void aRunningAnswerFinishesOnItsVersionWhileNewOnesUseTheOther() {
    var steps = new Semaphore(1);
    Script.is(
        (answering, _) -> {
          if (answering.equals(version)) {
            steps.acquireUninterruptibly();
          }
          return Script.certain(letter(answering));
        });
    try (var wire = Wire.post("/v1/chat/completions", body("hone"))) {
      var chunks = new HashSet<>(wire.readUntil("\"content\":\"b"));
      versions.rollback("test", "under load");
      steps.release(TOKENS);
      assertConsistent(stream("hone"));
      chunks.addAll(wire.readUntil("[DONE]"));
      assertThat(chunks).noneMatch(chunk -> chunk.contains(TestModel.ID));
      assertThat(stream("hone").model()).isEqualTo(TestModel.ID);
    }
  }

  @Test
  void aVersionIsLoadedBeforeItBecomesActive() throws InterruptedException {
    Script.is((answering, _) -> Script.certain(letter(answering)));
    versions.activate(TestModel.ID, "test", "before");
    var other = publish("loaded ahead");
    var ended = new CountDownLatch(1);
    // Not by way of the host, which would load it when it is asked for.
    host.engine()
        .submit(
            new GenerationRequest(
                other, new int[] {'?'}, new SamplingParams(0, 1, 0, 1, 1, List.of())),
            event -> {
              if (event instanceof TokenEvent.Finished) {
                ended.countDown();
              }
            });
    assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void severalVersionsAreAskedForByNameAtTheSameTime() {
    Script.is((answering, _) -> Script.certain(letter(answering)));
    var names = new HashMap<String, String>();
    names.put("base", TestModel.ID);
    names.put(TestModel.ID, TestModel.ID);
    names.put("hone", version);
    names.put(version, version);
    names.forEach(
        (name, answering) -> {
          var streamed = stream(name);
          assertConsistent(streamed);
          assertThat(streamed.model()).isEqualTo(answering);
        });
  }

  private record Streamed(Set<String> models, String text) {
    String model() {
      return models.iterator().next();
    }
  }

  private void assertConsistent(Streamed streamed) {
    assertThat(streamed.models()).hasSize(1);
    assertThat(streamed.text())
        .isEqualTo(Character.toString(letter(streamed.model())).repeat(TOKENS));
  }

  private int letter(String answering) {
    return answering.equals(TestModel.ID) ? 'a' : 'b';
  }

  private static Streamed stream(String model) {
    try (var wire = Wire.post("/v1/chat/completions", body(model))) {
      var chunks = chunks(wire.readUntil("[DONE]"));
      return new Streamed(
          chunks.stream().map(chunk -> chunk.getString("model")).collect(Collectors.toSet()),
          chunks.stream()
              .map(
                  chunk ->
                      chunk
                          .getJsonArray("choices")
                          .getJsonObject(0)
                          .getJsonObject("delta")
                          .getString("content", ""))
              .collect(Collectors.joining()));
    }
  }

  private static List<JsonObject> chunks(Collection<String> lines) {
    return lines.stream()
        .filter(line -> line.startsWith("data:") && !line.contains("[DONE]"))
        .map(line -> new JsonObject(line.substring("data:".length())))
        .toList();
  }

  private static String body(String model) {
    return """
    {"model": "%s", "messages": [{"role": "user", "content": "Hi"}], "stream": true, "max_tokens": %d}"""
        .formatted(model, TOKENS);
  }
}
