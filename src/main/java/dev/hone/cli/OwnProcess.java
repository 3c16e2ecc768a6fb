package dev.hone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.operations.StartException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A command of this program in a process of its own, which ends with an object. */
final class OwnProcess implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  private final String name;
  private final Process process;
  private final CompletableFuture<String> output;
  private final CompletableFuture<Void> errors;

  /**
   * @param name that failures call it by
   * @param environment to be added to this process's
   * @param progress told what it says, line by line
   */
  OwnProcess(
      String name,
      List<String> command,
      Map<String, String> environment,
      Consumer<String> progress) {
    this.name = name;
    var builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new StartException("no %s can be started: %s".formatted(name, e.getMessage()), e);
    }
    output =
        CompletableFuture.supplyAsync(this::read, task -> Thread.ofPlatform().daemon().start(task));
    errors =
        CompletableFuture.runAsync(
            () -> process.errorReader(StandardCharsets.UTF_8).lines().forEach(progress),
            task -> Thread.ofPlatform().daemon().start(task));
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

  /** What it said at its end. */
  JsonNode answer() throws InterruptedException {
    int exitCode = process.waitFor();
    errors.join();
    String last = output.join().lines().reduce("", (_, line) -> line);
    JsonNode answer;
    try {
      answer = JSON.readTree(last);
    } catch (IOException e) {
      throw new ServerException("the answer of the %s is none: %s".formatted(name, last), e);
    }
    if (exitCode != 0 || answer.has("error")) {
      throw new ServerException(
          "the %s failed: %s"
              .formatted(name, answer.path("error").path("message").asText("see above")));
    }
    return answer;
  }

  @Override
  public void close() {
    process.destroy();
  }
}
