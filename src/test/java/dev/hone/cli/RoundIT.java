package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hone.TestModel;
import dev.hone.operations.RunningServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tiny rounds on the real model, as a person runs them. All have the same data and settings, so all
 * end in the same weights, whatever happens on the way.
 */
class RoundIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int PAIRS = 12;

  /** A round of some seconds. */
  private static final Map<String, String> TINY =
      Map.of(
          "HONE_LOOP_MIN_PAIRS", "4",
          "HONE_GATE_SIZES_HELD_OUT_PAIRS", "2",
          "HONE_GATE_SIZES_BASE_PAIRS", "1",
          "HONE_GATE_SIZES_PASSAGES", "1",
          "HONE_GATE_SIZES_ANSWERS", "2",
          "HONE_GATE_SIZES_ANSWER_TOKENS", "8",
          "HONE_GATE_SIZES_QUESTIONS", "1",
          "HONE_GATE_SIZES_QUESTION_TOKENS", "4",
          "HONE_GATE_SIZES_MAX_TOKENS", "64");

  private static final List<String> ROUND =
      List.of(
          "round",
          "run",
          "--recipe=dpo",
          "--set=epochs=2",
          "--set=batchPairs=2",
          "--set=microBatchPairs=1",
          "--set=maxTokens=64",
          "--set=rank=4",
          "--set=compute=f32",
          "--json");

  @TempDir Path folder;
  private Path data;

  @BeforeEach
  void importPairs() throws Exception {
    data = Files.createDirectory(folder.resolve("data"));
    Path file = folder.resolve("pairs.jsonl");
    Files.writeString(
        file,
        IntStream.range(0, PAIRS)
            .mapToObj(
                "{\"prompt\":\"What is %d?\",\"chosen\":\"A number.\",\"rejected\":\"I do not know.\"}\n"
                    ::formatted)
            .collect(Collectors.joining()));
    var imported = run("import", "preferences", file.toString());
    assertThat(imported.exitCode()).as(imported.errors()).isZero();
  }

  @Test
  void whateverHappensOnTheWayARoundEndsInTheSameWeights() throws Exception {
    String weights;
    try (var server = serve()) {
      String version = judged("r1", run(ROUND));
      weights = weights(version);
      publishAskAndRollBack(version);

      var killed = run(ROUND);
      end(worker("r2"));
      assertThat(killed.exitCode()).isEqualTo(Failures.FAILED);
      assertThat(json(killed).path("decision").asText()).isEqualTo("FAILED");
      assertThat(json(killed).path("why").asText()).contains("killed", "round resume r2");
      assertThat(weights(judged("r2", run("round", "resume", "r2", "--json")))).isEqualTo(weights);

      var cancelled = run(ROUND);
      worker("r3");
      assertThat(cancel("r3")).isEqualTo("CANCELLED");
      assertThat(cancelled.exitCode()).isEqualTo(Failures.FAILED);
      assertThat(json(cancelled).path("decision").asText()).isEqualTo("CANCELLED");
      var again = run("round", "cancel", "r3", "--json");
      assertThat(again.exitCode()).isEqualTo(Failures.FAILED);
      assertThat(json(again).path("error").path("code").asText()).isEqualTo("round_not_running");
      assertThat(weights(judged("r3", run("round", "resume", "r3", "--json")))).isEqualTo(weights);

      var orphaned = run(ROUND);
      ProcessHandle worker = worker("r4");
      server.kill();
      assertThat(orphaned.exitCode()).isEqualTo(Failures.FAILED);
      await().atMost(PATIENCE).until(() -> !worker.isAlive());
    }
    try (var _ = serve()) {
      assertThat(weights(judged("r4", run("round", "resume", "r4", "--json")))).isEqualTo(weights);
      assertThat(data.resolve("rounds/r4/checkpoints")).doesNotExist();
      var list = json(run("round", "list", "--json")).path("rounds");
      assertThat(list.findValuesAsText("state"))
          .containsExactly("NEEDS_HUMAN", "NEEDS_HUMAN", "NEEDS_HUMAN", "ROLLED_BACK");
    }
  }

  private void publishAskAndRollBack(String version) throws Exception {
    var refused = run("publish", version);
    assertThat(refused.exitCode()).isEqualTo(Failures.FAILED);
    assertThat(refused.errors()).contains("override");

    var published = run("publish", version, "--override", "--why", "a test", "--json");
    assertThat(json(published).path("id").asText()).as(published.errors()).isEqualTo(version);
    assertThat(json(run("chat", "--json", "What is 7?")).path("model").asText()).isEqualTo(version);
    var listed = run("versions");
    assertThat(listed.output()).contains(version, "PUBLISHED", "r1");

    var back = run("rollback", "--why", "it was one", "--json");
    assertThat(json(back).path("id").asText()).as(back.errors()).isEqualTo(TestModel.ID);
    var shown = json(run("round", "show", "r1", "--json"));
    assertThat(shown.path("state").asText()).isEqualTo("ROLLED_BACK");
    assertThat(shown.path("why").asText()).isEqualTo("it was one");
  }

  /** The version of a round that ended as few held-out pairs make it end. */
  private static String judged(String round, HoneProcess command) throws Exception {
    assertThat(command.exitCode()).as(command.errors()).isZero();
    JsonNode result = json(command);
    assertThat(result.path("round").asText()).isEqualTo(round);
    assertThat(result.path("decision").asText()).isEqualTo("NEEDS_HUMAN");
    assertThat(result.path("gate").findValuesAsText("name"))
        .contains("held-out-pairs", "preference-accuracy");
    var metrics = result.path("metrics");
    assertThat(metrics.path("steps").asInt()).isPositive();
    assertThat(metrics.path("heldOut").asInt()).isBetween(1, 2);
    assertThat(metrics.path("peakBytes").asLong()).isGreaterThan(100 << 20);
    assertThat(metrics.properties().stream().map(Map.Entry::getKey))
        .containsExactly(
            "pairs",
            "heldOut",
            "accuracy",
            "low",
            "high",
            "logprobAccuracyBefore",
            "logprobAccuracyAfter",
            "margin",
            "kl",
            "steps",
            "seconds",
            "peakBytes");
    assertThat(command.errors()).containsPattern(round + " (collect|policy|training)");
    return result.path("version").asText();
  }

  /** The part of a version's id that is the same for the same weights. */
  private static String weights(String version) {
    return version.substring(version.indexOf('-') + 1);
  }

  /** The worker of a round, once it has done a step. */
  private ProcessHandle worker(String round) throws IOException {
    Path rounds = data.resolve("rounds").resolve(round);
    Path steps = rounds.resolve("progress.jsonl");
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> Files.exists(steps) && Files.size(steps) > 0);
    long pid = JSON.readTree(rounds.resolve("worker.json").toFile()).path("pid").asLong();
    return ProcessHandle.of(pid).orElseThrow();
  }

  /** As the page does; a command would take as long to start as the rest of the round. */
  private String cancel(String round) throws Exception {
    var request =
        HttpRequest.newBuilder(
                URI.create(
                    "%s/api/rounds/%s/cancel"
                        .formatted(RunningServer.find(data).orElseThrow().url(), round)))
            .POST(BodyPublishers.noBody())
            .build();
    try (var http = HttpClient.newHttpClient()) {
      return JSON.readTree(http.send(request, BodyHandlers.ofString()).body())
          .path("state")
          .asText();
    }
  }

  private static void end(ProcessHandle process) {
    process.destroyForcibly();
    process.onExit().join();
  }

  private HoneProcess serve() throws Exception {
    int port;
    try (var any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = any.getLocalPort();
    }
    var server = run("serve", "--port", Integer.toString(port));
    server.readyLine();
    return server;
  }

  private HoneProcess run(List<String> arguments) {
    return run(arguments.toArray(String[]::new));
  }

  private HoneProcess run(String... arguments) {
    return HoneProcess.start(data, TINY, arguments);
  }

  private static JsonNode json(HoneProcess command) throws IOException {
    var lines = new ArrayList<>(command.output().lines().toList());
    return JSON.readTree(lines.getLast());
  }
}
