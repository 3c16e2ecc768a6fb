package dev.hone.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
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
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tiny rounds on the real model, as a person runs them. All have the same data and settings, so all
 * end in the same weights, whatever happens on the way.
 */
class RoundIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration LOOK = Duration.ofMillis(20);
  private static final int SIGINT = 128 + 2;
  private static final int PAIRS = 12;

  /** A round of some seconds. */
  private static final Map<String, String> TINY =
      Map.of(
          "HONE_LOOP_MIN_PAIRS", "4",
          "HONE_LOOP_CHECKPOINT_EVERY", "0s",
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
          "--set=batchPairs=2",
          "--set=microBatchPairs=1",
          "--set=maxTokens=64",
          "--set=rank=4",
          // So little that the gate has nothing against it.
          "--set=learningRate=1e-4",
          "--set=compute=f32",
          "--json");

  /** Of a check, and of the texts that it shows. */
  private static final List<String> SAME_WHATEVER_HAPPENS =
      List.of(
          "name",
          "verdict",
          "threshold",
          "thresholdValue",
          "unit",
          "prompt",
          "chosen",
          "rejected",
          "parent",
          "candidate");

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
  @Timeout(value = 15, unit = TimeUnit.MINUTES) // four servers and five rounds on a busy machine
  void whateverHappensOnTheWayARoundEndsInTheSameWeights() throws Exception {
    JsonNode whole;
    try (var server = serve()) {
      whole = judged("r1", run(ROUND));
      publishAskAndRollBack(whole.path("version").asText());
      stepsAreExported();
      aKilledWorkerIsResumedFromItsCheckpoint("r2", whole);
      aCancelledRoundIsResumed("r3", whole);

      var interrupted = run(ROUND);
      ProcessHandle worker = worker("r4");
      server.signalGroup("INT");
      assertThat(server.exitCode()).isEqualTo(SIGINT);
      assertThat(worker.isAlive()).isFalse();
      assertThat(interrupted.exitCode()).isEqualTo(Failures.FAILED);
      // In order, not by the signal.
      assertThat(data.resolve("rounds/r4/worker.log"))
          .content()
          .contains("the server wants this worker to end");
    }
    List<String> beforeTheInterrupt = steps("r4");
    ProcessHandle orphan;
    try (var server = serve()) {
      orphan = worker("r4");
      server.kill();
    }
    // Its server's end is the end of its standard input.
    orphan.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    try (var server = serve()) {
      ProcessHandle worker = worker("r4");
      awaitLines("r4", "samples.jsonl");
      assertThat(steps("r4")).startsWith(beforeTheInterrupt.toArray(String[]::new));
      assertThat(data.resolve("rounds/r4/evaluation.json")).doesNotExist();
      worker.destroyForcibly();
      server.kill();
      worker.onExit().join();
    }
    try (var _ = serve()) {
      await().atMost(PATIENCE).until(() -> get("r4").path("endedAt").isTextual());
      assertSame(get("r4"), whole);
      assertThat(data.resolve("rounds/r4/checkpoints")).doesNotExist();
      var list = json(run("round", "list", "--json")).path("rounds");
      assertThat(list.findValuesAsText("state"))
          .containsExactly("NEEDS_HUMAN", "NEEDS_HUMAN", "NEEDS_HUMAN", "ROLLED_BACK");
      theNextRoundStartsFromTheVersionThatAnswers("r5", get("r4").path("version").asText());
    }
  }

  /** It takes that version, adapter and all, as its first values and as its reference. */
  private void theNextRoundStartsFromTheVersionThatAnswers(String round, String parent)
      throws Exception {
    var published = run("publish", parent, "--override", "--why", "a test", "--json");
    assertThat(published.exitCode()).as(published.errors()).isZero();

    JsonNode result = judged(round, run(ROUND));

    assertThat(get(round).path("parent").asText()).isEqualTo(parent);
    var first = JSON.readTree(steps(round).getFirst());
    assertThat(first.path("loss").asDouble()).isCloseTo(Math.log(2), within(1e-4));
    assertThat(first.path("metrics").path("rewards/margins").asDouble()).isCloseTo(0, within(1e-4));
    String child = result.path("version").asText();
    assertThat(weights(result)).isNotEqualTo(weights(get("r4")));
    var on = run("publish", child, "--override", "--why", "a test", "--json");
    assertThat(on.exitCode()).as(on.errors()).isZero();
    assertThat(json(run("chat", "--json", "What is 7?")).path("model").asText()).isEqualTo(child);
    versionsAreJudgedOnFiles(child, parent);
    var back = run("rollback", "--why", "it was one", "--json");
    assertThat(json(back).path("id").asText()).as(back.errors()).isEqualTo(parent);
  }

  private void versionsAreJudgedOnFiles(String child, String parent) throws Exception {
    String trl = folder.resolve("pairs.jsonl").toString();
    JsonNode against = evaluated("--version", child, "--file", trl);
    JsonNode again = evaluated("--version=active", "--reference", parent, "--file", trl);
    assertThat(again.fieldNames()).toIterable().containsExactlyElementsOf(against::fieldNames);
    against
        .properties()
        .forEach(number -> assertClose(again.get(number.getKey()), number.getValue()));
    assertThat(against.path("pairs").asInt()).isEqualTo(PAIRS);
    assertThat(against.path("kl").asDouble()).isPositive();
    JsonNode itself = evaluated("--version", child, "--reference=active", "--file", trl);
    assertThat(itself.path("accuracy").asDouble()).isEqualTo(0.5);
    assertThat(itself.path("margin").asDouble()).isZero();
    assertThat(itself.path("kl").asDouble()).isZero();

    Path hh = folder.resolve("hh.jsonl");
    Files.writeString(
        hh,
        "{\"chosen\":\"\\n\\nHuman: What is 1?\\n\\nAssistant: A number.\",\"rejected\":"
            + "\"\\n\\nHuman: What is 1?\\n\\nAssistant: I do not know.\"}\n");
    JsonNode transcripts =
        evaluated("--version", child, "--reference=base", "--format=hh", "--file", hh.toString());
    assertThat(transcripts.path("pairs").asInt()).isEqualTo(1);
    assertThat(transcripts.path("skipped").asInt()).isZero();
    assertThat(transcripts.path("kl").asDouble()).isPositive();
  }

  private JsonNode evaluated(String... arguments) throws Exception {
    var command = new ArrayList<>(List.of("evaluate", "preferences", "--json"));
    command.addAll(List.of(arguments));
    var judged = run(command);
    assertThat(judged.exitCode()).as(judged.errors()).isZero();
    return json(judged);
  }

  private void aKilledWorkerIsResumedFromItsCheckpoint(String round, JsonNode whole)
      throws Exception {
    var killed = run(ROUND);
    Path second = data.resolve("rounds").resolve(round).resolve("checkpoints/step-000002");
    await().atMost(PATIENCE).pollInterval(LOOK).until(() -> Files.exists(second));
    ProcessHandle worker = worker(round);
    worker.destroyForcibly();
    worker.onExit().join();
    List<String> before = steps(round);
    assertThat(killed.exitCode()).isEqualTo(Failures.FAILED);
    var failed = json(killed);
    assertThat(failed.path("decision").asText()).isEqualTo("FAILED");
    assertThat(failed.path("why").asText()).contains("killed", "round resume " + round);
    assertThat(failed.path("gate")).isEqualTo(JSON.createArrayNode());
    assertThat(failed.path("metrics").path("steps").asInt()).isEqualTo(before.size());

    assertSame(judged(round, run("round", "resume", round, "--json")), whole);
    // Rates are in a report too, so what is done again reads differently.
    assertThat(steps(round)).startsWith(before.get(0), before.get(1));
  }

  private void aCancelledRoundIsResumed(String round, JsonNode whole) throws Exception {
    var cancelled = run(ROUND);
    worker(round);
    assertThat(cancel(round)).isEqualTo("CANCELLED");
    assertThat(cancelled.exitCode()).isEqualTo(Failures.FAILED);
    assertThat(json(cancelled).path("decision").asText()).isEqualTo("CANCELLED");
    var again = run("round", "cancel", round, "--json");
    assertThat(again.exitCode()).isEqualTo(Failures.FAILED);
    assertThat(json(again).path("error").path("code").asText()).isEqualTo("round_not_running");
    assertSame(judged(round, run("round", "resume", round, "--json")), whole);
  }

  /**
   * The weights are the same to the bit. What is measured of them is the same but for the last
   * digits of f32, which depend on what else the machine does.
   */
  private static void assertSame(JsonNode round, JsonNode whole) {
    assertThat(weights(round)).isEqualTo(weights(whole));
    for (String same : SAME_WHATEVER_HAPPENS) {
      assertThat(round.path("gate").findValues(same))
          .isEqualTo(whole.path("gate").findValues(same));
    }
    for (String measured : List.of("value", "low", "high")) {
      var values = round.path("gate").findValues(measured);
      var expected = whole.path("gate").findValues(measured);
      assertThat(values).hasSameSizeAs(expected);
      for (int i = 0; i < values.size(); i++) {
        assertClose(values.get(i), expected.get(i));
      }
    }
  }

  private static void assertClose(JsonNode measured, JsonNode expected) {
    double number = expected.asDouble();
    assertThat(measured.asDouble()).isCloseTo(number, within(1e-6 + 1e-3 * Math.abs(number)));
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

  private void stepsAreExported() throws Exception {
    var table = json(run("round", "export", "r1", "--out", folder.toString(), "--json"));
    assertThat(Path.of(table.path("file").asText()))
        .isEqualTo(folder.resolve("r1.csv"))
        .content()
        .startsWith(
            "step,loss,learning_rate,grad_norm,examples_per_second,eval/accuracy,eval/kl,eval/pairs,eval/loss,rewards/chosen,");
    Path events = folder.resolve("r1.tfevents");
    var command =
        run("round", "export", "r1", "--format", "tensorboard", "--out", events.toString());
    assertThat(command.exitCode()).as(command.errors()).isZero();
    assertThat(Files.readString(events, ISO_8859_1)).contains("train/rewards/margins");
  }

  /** A round that ended as few held-out pairs make it end. */
  private static JsonNode judged(String round, HoneProcess command) throws Exception {
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
            "peakBytes",
            "leftOut",
            "promptsCut",
            "answersCut",
            "stages");
    assertThat(command.errors()).containsPattern(round + " (collect|policy|training)");
    return result;
  }

  /** The part of a version's id that is the same for the same weights. */
  private static String weights(JsonNode round) {
    String version = round.path("version").asText();
    return version.substring(version.indexOf('-') + 1);
  }

  /** The worker of a round, once it has done a step. */
  private ProcessHandle worker(String round) {
    awaitLines(round, "progress.jsonl");
    Path file = data.resolve("rounds").resolve(round).resolve("worker.json");
    // It is a shell before it is nice, and nice before it is the worker.
    return await()
        .atMost(PATIENCE)
        .pollInterval(LOOK)
        .until(
            () -> ProcessHandle.of(JSON.readTree(file.toFile()).path("pid").asLong()),
            process -> process.filter(RoundIT::isAtWorkAndNice).isPresent())
        .orElseThrow();
  }

  /** Field 19 of proc(5)'s stat; the second is a name in brackets, which may hold spaces. */
  private static boolean isAtWorkAndNice(ProcessHandle process) {
    try {
      String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
      return process.isAlive()
          && stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[16].equals("19");
    } catch (IOException e) {
      return false; // it has ended
    }
  }

  private void awaitLines(String round, String name) {
    Path file = data.resolve("rounds").resolve(round).resolve(name);
    await()
        .atMost(PATIENCE)
        .pollInterval(LOOK)
        .until(() -> Files.exists(file) && Files.size(file) > 0);
  }

  /** What its worker reported, a line each step. */
  private List<String> steps(String round) throws IOException {
    return Files.readAllLines(data.resolve("rounds").resolve(round).resolve("progress.jsonl"));
  }

  /** As the page does; a command would take as long to start as the rest of the round. */
  private String cancel(String round) throws Exception {
    var cancel = request(round + "/cancel").POST(BodyPublishers.noBody()).build();
    return send(cancel).path("state").asText();
  }

  private JsonNode get(String round) throws Exception {
    return send(request(round).build());
  }

  private HttpRequest.Builder request(String path) {
    String url = RunningServer.find(data).orElseThrow().url();
    return HttpRequest.newBuilder(URI.create(url + "/api/rounds/" + path));
  }

  private static JsonNode send(HttpRequest request) throws Exception {
    try (var http = HttpClient.newHttpClient()) {
      return JSON.readTree(http.send(request, BodyHandlers.ofString()).body());
    }
  }

  private HoneProcess serve() throws Exception {
    int port;
    try (var any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = any.getLocalPort();
    }
    var server = HoneProcess.startGroup(data, TINY, "serve", "--port", Integer.toString(port));
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
