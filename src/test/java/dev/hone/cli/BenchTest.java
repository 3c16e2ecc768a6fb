package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpServer;
import dev.hone.alignment.bench.CaseReport;
import dev.hone.inference.load.LoadLevel;
import dev.hone.operations.StartException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BenchTest {
  private static final int USAGE = 2;

  private static LoadLevel level(int clients, double tokensPerSecond) {
    return new LoadLevel(
        clients, 8, 128, 0, 512, 512 / tokensPerSecond, tokensPerSecond, 0.25, 1.5, 0.0321);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bench inference --only nothing",
        "bench inference --clients 0",
        "bench inference --clients 4,many",
        "bench inference --precisions int3",
        "bench inference --minutes -1",
        "bench inference --answer-tokens 0",
        "bench training --cases nothing",
        "bench training --cases sft --rounds 0",
        "bench training --compute f16",
        "bench training --steps 0",
        "bench training --steps 99 --warmup 2",
        "bench training --micro-batch -1",
        "bench training --format csv",
        "bench training --beside python3",
        "bench training --beside python3 --file pairs.jsonl --compute f32",
        "bench training --beside python3 --file pairs.jsonl --format ids",
        "bench clients",
        "bench clients --url http://127.0.0.1:1 --requests -1"
      })
  void whatCannotBeMeasuredIsRefusedBeforeAnythingStarts(String line) {
    var errors = new StringWriter();
    int exitCode =
        Hone.commandLine(Map.of())
            .setOut(new PrintWriter(new StringWriter()))
            .setErr(new PrintWriter(errors))
            .execute(line.split(" "));
    assertThat(exitCode).isEqualTo(USAGE);
    assertThat(errors.toString()).contains("Usage: hone bench");
  }

  @Test
  void theTableComparesHttpWithTheEngine() {
    var engine = List.of(level(1, 100), level(16, 400));
    var http =
        List.of(new ClientLevel(level(8, 200), 0.04), new ClientLevel(level(16, 360), 0.125));
    var overhead = LoadTable.overhead(engine, http);
    assertThat(overhead).containsOnlyKeys(16);
    assertThat(overhead.get(16)).isEqualTo(10, within(1e-9));
    assertThat(LoadTable.http(http, overhead))
        .isEqualTo(
            """
            | where | clients | tok/s | first token p50 | p95 | between tokens p95 | prompt, cached | overhead | clients' CPU |
            | --- | --- | --- | --- | --- | --- | --- | --- | --- |
            | HTTP | 8 | 200 | 0.25 s | 1.50 s | 32 ms | 128, 0 |  | 4% of a core |
            | HTTP | 16 | 360 | 0.25 s | 1.50 s | 32 ms | 128, 0 | 10.0% | 13% of a core |
            """);
    assertThat(LoadTable.engine(engine)).contains("| engine | 16 | 400 | 0.25 s |");
  }

  @Test
  void theMedianOfTheRoundsCountsAndTheMostMemory() {
    var rounds = List.of(round(500, 3e9), round(640, 2e9), round(520, 2.5e9));
    var summary = CaseSummary.of("pairs", rounds);
    assertThat(summary.tokensPerSecond()).isEqualTo(new CaseSummary.Spread(520, 500, 640));
    assertThat(CaseSummary.of("pairs", rounds.subList(0, 2)).tokensPerSecond().median())
        .isEqualTo(570);
    assertThat(summary.peakBytes()).isEqualTo(3_000_000_000L);
    assertThat(TrainingTable.of(List.of(summary)))
        .isEqualTo(
            """
            | case | computed in | tok/s | lowest to highest | examples/s | a step | peak memory |
            | --- | --- | --- | --- | --- | --- | --- |
            | dpo | bf16 | 520 | 500 to 640 | 2.08 pairs | 2.00 s | 3.00 GB |
            """);
    assertThat(TrainingTable.line(rounds.getLast()))
        .isEqualTo("dpo in bf16: 520 tok/s, 2.00 s a step, 2.50 GB");
    var json = new JsonMapper().valueToTree(summary);
    assertThat(json.path("tokensPerSecond").path("median").asDouble()).isEqualTo(520);
    assertThat(json.path("rounds").path(1).path("report").path("losses").path(0).asDouble())
        .isEqualTo(0.7);
    assertThat(json.path("rounds").path(1).path("peakBytes").asLong()).isEqualTo(2_000_000_000L);
  }

  private static CaseRound round(double tokensPerSecond, double peakBytes) {
    var report =
        new CaseReport(
            "dpo",
            "bf16",
            "2.7.1",
            2,
            2,
            16,
            4 * (long) tokensPerSecond,
            4,
            tokensPerSecond / 250,
            tokensPerSecond,
            List.of(2.0, 2.0),
            List.of(0.7, 0.6, 0.5));
    return new CaseRound(report, (long) peakBytes);
  }

  @Test
  void memoryThatSettlesIsFlatAndMemoryThatGrowsIsNot() {
    var settles = new ResidentMemory();
    var grows = new ResidentMemory();
    for (int second = 0; second <= 600; second++) {
      settles.add(second, 1_000_000_000L + Math.min(second, 150) * 1_000_000L + second % 2 * 4096L);
      grows.add(second, 1_000_000_000L + second * 100_000L);
    }
    assertThat(settles.report().flat()).isTrue();
    assertThat(settles.report().firstBytes()).isEqualTo(1_000_000_000L);
    assertThat(settles.report().settledBytes()).isBetween(1_150_000_000L, 1_150_010_000L);
    assertThat(settles.report().bytesPerMinute()).isBetween(-1e3, 1e3);
    assertThat(grows.report().flat()).isFalse();
    assertThat(grows.report().bytesPerMinute()).isEqualTo(6e6, within(1.0));
    assertThat(grows.report().minutes()).isEqualTo(10);
  }

  @Test
  void tooFewSamplesSayNothing() {
    assertThatThrownBy(() -> new ResidentMemory().report()).isInstanceOf(StartException.class);
  }

  @Test
  void aProcesssMemoryIsRead() {
    assertThat(ResidentMemory.bytes(ProcessHandle.current().pid())).isGreaterThan(1 << 20);
    assertThat(ResidentMemory.peakBytes(ProcessHandle.current().pid())).isGreaterThan(1 << 20);
    assertThatThrownBy(() -> ResidentMemory.bytes(Integer.MAX_VALUE))
        .isInstanceOf(StartException.class);
  }

  @Test
  void timeLeftFollowsThePaceSoFar() {
    var time = new long[] {0};
    var left = new TimeLeft(100, () -> time[0]);
    time[0] = 50_000_000_000L;
    assertThat(left.after(25)).isEqualTo(150);
    time[0] = 100_000_000_000L;
    assertThat(left.after(75)).isZero();
    assertThat(left.after(10)).isZero();
  }

  @Test
  void clientsOfAnyServerCountWhatItsUsageSays() throws Exception {
    Queue<String> asked = new ConcurrentLinkedQueue<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.setExecutor(threads);
      server.createContext(
          "/v1/chat/completions",
          exchange -> {
            String body =
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            asked.add(body);
            byte[] answer = answer(body).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            try (var out = exchange.getResponseBody()) {
              out.write(answer);
            }
          });
      server.start();
      var settings = new ClientSettings("m", List.of(1, 3), 2, 0, 80, 5, 1);
      var api = new Api("http://127.0.0.1:" + server.getAddress().getPort(), "");
      var levels = new StreamingClients(api, settings).run(_ -> {});
      server.stop(0);
      assertThat(levels).extracting(level -> level.load().answers()).containsExactly(2, 6);
      assertThat(levels).extracting(level -> level.load().tokens()).containsExactly(10, 30);
      assertThat(levels).allMatch(level -> level.load().promptTokens() == 80);
      assertThat(levels).allMatch(level -> level.clientCores() >= 0);
    }
    // One to know the template, two to warm up.
    assertThat(asked).hasSize(1 + 2 + 8).doesNotHaveDuplicates();
    var streamed = new JsonMapper().readTree(asked.stream().skip(1).findFirst().orElseThrow());
    assertThat(streamed.path("stream").asBoolean()).isTrue();
    assertThat(streamed.path("ignore_eos").asBoolean()).isTrue();
    assertThat(streamed.path("max_tokens").asInt()).isEqualTo(5);
    assertThat(streamed.path("min_tokens").asInt()).isEqualTo(5);
  }

  /** A template of 10 tokens, a word a token. */
  private static String answer(String body) throws IOException {
    var asked = new JsonMapper().readTree(body);
    int tokens = 10;
    for (var message : asked.path("messages")) {
      tokens += message.path("content").asText().split(" ").length;
    }
    String usage = "\"usage\":{\"prompt_tokens\":%d,\"completion_tokens\":5}".formatted(tokens);
    if (!asked.path("stream").asBoolean()) {
      return "{" + usage + "}";
    }
    return """
        data: {"choices":[{"delta":{"role":"assistant","content":null}}]}

        data: {"choices":[{"delta":{"content":"a"}}]}

        data: {"choices":[{"delta":{"content":"b"}}]}

        data: {"choices":[],%s}

        data: [DONE]

        """
        .formatted(usage);
  }
}
