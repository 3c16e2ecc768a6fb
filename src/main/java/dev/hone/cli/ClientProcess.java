package dev.hone.cli;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * {@link BenchClients} in a process of its own, niced, so that what clients do is not taken for
 * what the server does.
 */
final class ClientProcess implements AutoCloseable {
  /**
   * Lower, and clients would hear of a token long after it came: two busy cores leave them none.
   */
  private static final String NICE = "10";

  private final OwnProcess process;

  /**
   * @param progress told what the clients say, line by line
   */
  ClientProcess(String url, ClientSettings settings, Consumer<String> progress) {
    var command = new ArrayList<>(List.of("nice", "-n", NICE));
    command.addAll(OwnProgram.command("bench", "clients", "--json", "--url=" + url));
    command.addAll(settings.arguments());
    process = new OwnProcess("clients", command, Map.of(), progress);
  }

  /** Waits so long for the end. */
  boolean ended(Duration patience) throws InterruptedException {
    return process.ended(patience);
  }

  /** What the clients got, at their end. */
  List<ClientLevel> levels() throws InterruptedException {
    return new JsonMapper().convertValue(process.answer().path("levels"), new TypeReference<>() {});
  }

  @Override
  public void close() {
    process.close();
  }
}
