package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.hone.operations.RunningServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command against a server that plans and then starts nothing. */
class RoundRunTest {
  private static final String PLANNED =
      """
      {"plan": {"name": "dpo", "reason": null, "stages": [
        {"name": "dpo", "learnsFrom": "pairs", "examples": 12, "settings": {}, "changed": []}]},
       "snapshot": {"sha256": "ab", "train": 12, "heldOut": 3, "dropped": {"same-answer": 1}}}
      """;
  private static final String REFUSED =
      "{\"code\": \"round_running\", \"title\": \"Conflict\", \"detail\": \"r1 is running\"}";

  @TempDir Path data;
  private final Queue<String> seen = new ConcurrentLinkedQueue<>();
  private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
  private final PrintStream standardError = System.err;
  private HttpServer server;

  @BeforeEach
  void serve() throws IOException {
    System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/api/rounds", exchange -> answer(exchange, 409, REFUSED));
    server.createContext("/api/rounds/plan", exchange -> answer(exchange, 200, PLANNED));
    server.start();
    String url = "http://127.0.0.1:" + server.getAddress().getPort();
    RunningServer.here(url, /* whileUsed= */ false).announce(data);
  }

  @AfterEach
  void stop() {
    server.stop(0);
    System.setErr(standardError);
  }

  private void answer(HttpExchange exchange, int status, String body) throws IOException {
    exchange.getRequestBody().readAllBytes();
    seen.add(exchange.getRequestURI().getPath() + (said().contains("plan dpo") ? " said" : ""));
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    try (var out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  private String said() {
    return errors.toString(StandardCharsets.UTF_8);
  }

  @Test
  void thePlanIsSaidBeforeTheRoundIsAskedFor() {
    int exitCode =
        Hone.commandLine(Map.of())
            .execute("round", "run", "--recipe=dpo", "--data", data.toString());

    assertThat(seen).containsExactly("/api/rounds/plan", "/api/rounds said");
    assertThat(said())
        .contains(
            "snapshot ab: 12 pairs to train on, 3 held out, dropped: same-answer 1",
            "1. dpo learns from 12 pairs",
            "r1 is running");
    assertThat(exitCode).isEqualTo(Failures.FAILED);
  }
}
