package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hone.operations.EmbeddedPostgres;
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
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a signal does to a server in the middle of an answer. */
class StopIT {
  private static final int SIGNALLED = 128;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private Path data;

  @BeforeEach
  void makeDataFolder() throws Exception {
    data = Files.createDirectory(folder.resolve("data"));
  }

  private enum Signal {
    INT(2),
    TERM(15);

    private final int number;

    Signal(int number) {
      this.number = number;
    }

    /** PostgreSQL is not to hear it. */
    void send(HoneProcess group) throws IOException, InterruptedException {
      group.signalGroup(name());
    }
  }

  private record Stored(String text, String finishReason) {}

  @Test
  void anAnswerUnderWayIsFinishedAndStored() throws Exception {
    try (var server = serve(Map.of())) {
      var events =
          streamAndStop(
              server,
              "/v1/chat/completions",
              """
              {"stream":true,"max_tokens":16,"messages":[{"role":"user","content":"%s"}]}""",
              Signal.INT);

      assertThat(events.getLast()).isEqualTo("[DONE]");
      var chunks = parsed(events);
      assertThat(chunks.getLast().at("/choices/0/finish_reason").asText()).isEqualTo("length");
      String text = text(chunks, "/choices/0/delta/content");
      assertStopped(server, Signal.INT);
      assertThat(stored()).containsExactly(new Stored(text, "length"));
    }
  }

  @Test
  void anAnswerThatTakesTooLongIsCutShortAndStored() throws Exception {
    try (var server = serve(Map.of("HONE_INFERENCE_DRAIN_PATIENCE", "1s"))) {
      String conversation = post(server, "/api/conversations", "{}").path("id").asText();
      var events =
          streamAndStop(
              server,
              "/api/conversations/" + conversation + "/messages",
              """
              {"text":"%s","answers":1}""",
              Signal.TERM);

      assertThat(events.getLast()).isEqualTo("[DONE]");
      var told = parsed(events);
      assertThat(told.getLast().path("finishReason").asText()).isEqualTo("cancelled");
      String text = text(told, "/text");
      assertStopped(server, Signal.TERM);
      assertThat(stored()).containsExactly(new Stored(text, "cancelled"));
    }
  }

  @Test
  void nobodyIsWaitedForWhereNobodyAsks() throws Exception {
    try (var server = serve(Map.of())) {
      long start = System.nanoTime();
      Signal.INT.send(server);
      assertStopped(server, Signal.INT);
      assertThat((System.nanoTime() - start) / 1_000_000_000L).isLessThan(10);
    }
  }

  private HoneProcess serve(Map<String, String> environment) throws Exception {
    String port;
    try (var any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = Integer.toString(any.getLocalPort());
    }
    var server = HoneProcess.startGroup(data, environment, "serve", "--port", port);
    assertThat(server.readyLine()).endsWith(port);
    return server;
  }

  /**
   * Sends the signal at the first piece of the answer.
   *
   * @return all that is streamed, to the end
   */
  private List<String> streamAndStop(HoneProcess server, String path, String body, Signal signal)
      throws Exception {
    var request = request(server, path, body.formatted("Write a very long story about a river."));
    var events = new ArrayList<String>();
    try (var lines = http.send(request, BodyHandlers.ofLines()).body()) {
      for (String line : (Iterable<String>) lines.filter(l -> !l.isEmpty())::iterator) {
        events.add(line.substring("data: ".length()));
        if (events.size() == 3) {
          signal.send(server);
        }
      }
    }
    return events;
  }

  private JsonNode post(HoneProcess server, String path, String body) throws Exception {
    return JSON.readTree(http.send(request(server, path, body), BodyHandlers.ofString()).body());
  }

  private static HttpRequest request(HoneProcess server, String path, String body)
      throws Exception {
    String ready = server.readyLine();
    return HttpRequest.newBuilder(URI.create(ready.substring(ready.indexOf("http://")) + path))
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body))
        .build();
  }

  private static List<JsonNode> parsed(List<String> events) throws IOException {
    var nodes = new ArrayList<JsonNode>();
    for (String event : events.subList(0, events.size() - 1)) {
      nodes.add(JSON.readTree(event));
    }
    return nodes;
  }

  private static String text(List<JsonNode> events, String pointer) {
    var text = new StringBuilder();
    events.forEach(event -> text.append(event.at(pointer).asText("")));
    return text.toString();
  }

  private void assertStopped(HoneProcess server, Signal signal) throws IOException {
    assertThat(server.exitCode()).isEqualTo(SIGNALLED + signal.number);
    assertThat(server.errors()).doesNotContain("ERROR", "Exception");
    assertThat(HoneProcess.anyoneIn(data.resolve("postgres/cluster"))).isFalse();
    assertThat(data.resolve("postgres/cluster/postmaster.pid")).doesNotExist();
    assertThat(RunningServer.find(data)).isEmpty();
  }

  /** As the next start finds it. */
  private List<Stored> stored() throws Exception {
    try (var postgres = EmbeddedPostgres.start(data.resolve("postgres"))) {
      var address = postgres.address();
      var turns = new ArrayList<Stored>();
      try (var connection =
              DriverManager.getConnection(address.jdbcUrl(), address.user(), address.password());
          var statement = connection.createStatement();
          var rows = statement.executeQuery("select response, finish_reason from turn")) {
        while (rows.next()) {
          turns.add(new Stored(rows.getString(1), rows.getString(2)));
        }
      }
      return turns;
    }
  }
}
