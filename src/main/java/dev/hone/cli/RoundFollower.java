package dev.hone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/** Shows how a round goes, until it has ended. */
final class RoundFollower {
  private static final Set<String> RUNNING = Set.of("COLLECT", "POLICY", "EVALUATE", "GATE");
  private static final Set<String> WITHOUT_DECISION = Set.of("FAILED", "CANCELLED");
  private static final Duration LOOK = Duration.ofMillis(500);

  /** Between lines where they can't be written over. */
  private static final Duration IN_LOG = Duration.ofSeconds(10);

  private final Instance instance;
  private final LocalServer server;
  private final PrintStream out;
  private final boolean terminal = Instance.onTerminal();
  private String shown = "";
  private String phase = "";
  private long shownAt;
  private volatile boolean following;

  RoundFollower(Instance instance, LocalServer server) {
    this.instance = instance;
    this.server = server;
    this.out = instance.progress();
  }

  /**
   * @param round as it was last seen
   * @return the exit code of the command
   */
  int toTheEnd(JsonNode round) {
    String id = round.path("id").asText();
    String path = "/api/rounds/" + id;
    var api = Api.of(server);
    following = true;
    Runtime.getRuntime().addShutdownHook(new Thread(() -> sayWhatGoesOn(id), "farewell"));
    JsonNode now = round;
    try {
      while (RUNNING.contains(now.path("state").asText())) {
        show(now);
        LockSupport.parkNanos(LOOK.toNanos());
        now = api.get(path);
      }
    } catch (ServerException e) {
      throw e.code().equals(ServerException.UNREACHABLE) ? goesOn(e, id) : e;
    } finally {
      following = false;
    }
    if (terminal) {
      out.print("\r\u001b[K");
      out.flush();
    }
    instance.answer(RoundResult.of(now, api.get(path + "/curve")), RoundText.of(now));
    return WITHOUT_DECISION.contains(now.path("state").asText()) ? Failures.FAILED : 0;
  }

  /** Its server is gone, and nothing of the round with it. */
  private ServerException goesOn(ServerException e, String round) {
    return new ServerException(
        e.code(),
        "%s; round %s goes on with the next server on %s ('hone round resume %s' follows it)"
            .formatted(e.getMessage(), round, instance.data(), round));
  }

  private void show(JsonNode round) {
    String line = RoundText.progress(round);
    if (line.equals(shown)) {
      return;
    }
    JsonNode progress = round.path("progress");
    String now =
        progress.path("stage").asText()
            + progress.path("phase").asText(round.path("state").asText());
    boolean due = terminal || !now.equals(phase) || System.nanoTime() - shownAt >= IN_LOG.toNanos();
    if (!due) {
      return;
    }
    out.print(terminal ? "\r\u001b[K" + line : line + System.lineSeparator());
    out.flush();
    shown = line;
    phase = now;
    shownAt = System.nanoTime();
  }

  /** At the end of this process, however it comes about. */
  private void sayWhatGoesOn(String round) {
    if (!following) {
      return;
    }
    out.println();
    out.println(
        server.whileUsed()
            ? "hone: round %s rests; the next server on %s goes on with it ('hone round resume %s', or 'hone round cancel %s')"
                .formatted(round, instance.data(), round, round)
            : "hone: round %s goes on in the server at %s ('hone round resume %s' follows it again)"
                .formatted(round, server.url(), round));
    out.flush();
  }
}
