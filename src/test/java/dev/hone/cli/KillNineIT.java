package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A vote that was acknowledged is there, whatever happens to the server next. */
class KillNineIT {
  private static final int VOTERS = 200;
  private static final int ACKNOWLEDGED_BEFORE_THE_KILL = 1_000;
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @TempDir Path folder;

  /** A vote as it was sent, under its idempotency key. */
  private record Sent(String key, String body) {}

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES) // two starts of the server
  void everyAcknowledgedVoteSurvivesKillNine() throws Exception {
    Path data = Files.createDirectory(folder.resolve("data"));
    Map<Sent, String> acknowledged = new ConcurrentHashMap<>();
    try (var server = HoneProcess.start(data, Map.of(), "serve", "--port", freePort())) {
      String url = url(server.readyLine());
      awaitModel(url);
      List<String> turns = turns(url);
      voteUntilKilled(url, turns, server, acknowledged);
    }
    assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(ACKNOWLEDGED_BEFORE_THE_KILL);
    // What died was the server; its database must fall as hard.
    HoneProcess.killEveryoneIn(data.resolve("postgres/cluster"));

    try (var again = HoneProcess.start(data, Map.of(), "serve", "--port", freePort())) {
      String url = url(again.readyLine());
      for (var vote : acknowledged.entrySet()) {
        var repeat = post(url + "/api/feedback", vote.getKey());
        assertThat(repeat.statusCode()).isEqualTo(200);
        assertThat(id(repeat)).isEqualTo(vote.getValue());
      }
    }
  }

  private void voteUntilKilled(
      String url, List<String> turns, HoneProcess server, Map<Sent, String> acknowledged)
      throws Exception {
    var enough = new CountDownLatch(ACKNOWLEDGED_BEFORE_THE_KILL);
    try (var voters = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> voting = new ArrayList<>();
      for (int voter = 0; voter < VOTERS; voter++) {
        String body = vote(turns.get(voter % turns.size()), voter);
        voting.add(voters.submit(() -> voteOnAndOn(url, body, acknowledged, enough)));
      }
      assertThat(enough.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      server.kill();
      for (Future<?> one : voting) {
        one.get();
      }
    }
  }

  private Void voteOnAndOn(
      String url, String body, Map<Sent, String> acknowledged, CountDownLatch enough)
      throws InterruptedException {
    while (true) {
      var vote = new Sent(UUID.randomUUID().toString(), body);
      try {
        var response = post(url + "/api/feedback", vote);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        acknowledged.put(vote, id(response));
        enough.countDown();
      } catch (IOException killed) {
        return null;
      }
    }
  }

  private static String vote(String turn, int voter) {
    return """
        {"kind":"rating","turn":"%s","value":"%s","comment":"%s","user":"voter %d"}"""
        .formatted(turn, voter % 3 == 0 ? "down" : "up", "because ".repeat(1 + voter % 20), voter);
  }

  private List<String> turns(String url) throws Exception {
    var turns = new ArrayList<String>();
    for (int i = 0; i < 4; i++) {
      var answer =
          send(
              HttpRequest.newBuilder(URI.create(url + "/v1/chat/completions"))
                  .header("Content-Type", "application/json")
                  .POST(
                      BodyPublishers.ofString(
                          """
                          {"max_tokens":1,"messages":[{"role":"user","content":"Question %d"}]}"""
                              .formatted(i))));
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      turns.add(JSON.readTree(answer.body()).path("id").asText());
    }
    return turns;
  }

  private void awaitModel(String url) throws Exception {
    long giveUp = System.nanoTime() + PATIENCE.toNanos();
    var ready = HttpRequest.newBuilder(URI.create(url + "/health/ready"));
    while (send(ready).statusCode() != 200) {
      assertThat(System.nanoTime()).as("the model loads in time").isLessThan(giveUp);
      LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
    }
  }

  private HttpResponse<String> post(String url, Sent vote)
      throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(URI.create(url))
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", vote.key())
            .POST(BodyPublishers.ofString(vote.body())));
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private static String id(HttpResponse<String> response) throws IOException {
    JsonNode accepted = JSON.readTree(response.body());
    return accepted.path("id").asText();
  }

  private static String url(String readyLine) {
    return readyLine.substring(readyLine.indexOf("http://"));
  }

  private static String freePort() throws IOException {
    try (var any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return Integer.toString(any.getLocalPort());
    }
  }
}
