package dev.hone.cli;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.operations.StartException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * {@link BenchClients} in a process of its own, niced, so that what clients do is not taken for
 * what the server does.
 */
final class ClientProcess implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  /**
   * Lower, and clients would hear of a token long after it came: two busy cores leave them none.
   */
  private static final String NICE = "10";

  private final Process process;
  private final CompletableFuture<String> output;
  private final CompletableFuture<Void> errors;

  /**
   * @param progress told what the clients say, line by line
   */
  ClientProcess(String url, ClientSettings settings, Consumer<String> progress) {
    var command = new ArrayList<>(List.of("nice", "-n", NICE));
    command.addAll(OwnProgram.command("bench", "clients", "--json", "--url=" + url));
    command.addAll(settings.arguments());
    try {
      process = new ProcessBuilder(command).start();
    } catch (IOException e) {
      throw new StartException("no clients can be started: " + e.getMessage(), e);
    }
    output = CompletableFuture.supplyAsync(this::read, task -> Thread.ofVirtual().start(task));
    errors =
        CompletableFuture.runAsync(
            () -> process.errorReader(StandardCharsets.UTF_8).lines().forEach(progress),
            task -> Thread.ofVirtual().start(task));
  }

  private String read() {
    try (var out = process.getInputStream()) {
      return new String(out.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits so long for the end. */
  boolean ended(Duration patience) throws InterruptedException {
    return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** What the clients got, at their end. */
  List<ClientLevel> levels() throws InterruptedException {
    int exitCode = process.waitFor();
    errors.join();
    String last = output.join().lines().reduce("", (_, line) -> line);
    try {
      var answer = JSON.readTree(last);
      if (exitCode != 0 || answer.has("error")) {
        throw new ServerException(
            "the clients failed: " + answer.path("error").path("message").asText("see above"));
      }
      return JSON.convertValue(answer.path("levels"), new TypeReference<>() {});
    } catch (IOException e) {
      throw new ServerException("the clients' answer is none: " + last, e);
    }
  }

  @Override
  public void close() {
    process.destroy();
  }
}
