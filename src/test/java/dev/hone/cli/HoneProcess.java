package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hone.TestModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** The real launcher in a process of its own, on the packaged program. */
final class HoneProcess implements AutoCloseable {
  static final Path LAUNCHER = Path.of("hone").toAbsolutePath();

  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final Process process;
  private final CompletableFuture<String> firstLine = new CompletableFuture<>();
  private final CompletableFuture<String> output = new CompletableFuture<>();
  private final CompletableFuture<String> errors;

  private HoneProcess(Process process) {
    this.process = process;
    // Reading a pipe holds a virtual thread's carrier; with few cores, others might never run.
    Thread.ofPlatform().daemon().start(this::readOutput);
    this.errors =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            },
            task -> Thread.ofPlatform().daemon().start(task));
  }

  static HoneProcess start(Path data, Map<String, String> environment, String... arguments) {
    return start(LAUNCHER, data, environment, arguments);
  }

  /** As the leader of a process group, as a shell with job control starts it. */
  static HoneProcess startGroup(Path data, Map<String, String> environment, String... arguments) {
    // A build in the background of a shell ignores SIGINT, and so would whatever it starts.
    var launcher = List.of("env", "--default-signal=INT", "setsid", LAUNCHER.toString());
    return start(launcher, data, environment, arguments);
  }

  static HoneProcess start(
      Path launcher, Path data, Map<String, String> environment, String... arguments) {
    return start(List.of(launcher.toString()), data, environment, arguments);
  }

  private static HoneProcess start(
      List<String> launcher, Path data, Map<String, String> environment, String... arguments) {
    var command = new ArrayList<>(launcher);
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).directory(data.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("HONE_"));
    builder
        .environment()
        .putAll(
            Map.of(
                "HONE_BUILT",
                "yes",
                "HONE_DATA",
                data.toString(),
                "HONE_MODELS",
                TestModel.models().toString(),
                "HONE_MODEL",
                TestModel.ID,
                // Measuring takes its time, and is tested elsewhere.
                "HONE_PRECISION",
                "f32"));
    builder.environment().putAll(environment);
    try {
      return new HoneProcess(builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void readOutput() {
    var all = new StringBuilder();
    try (var lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line; (line = lines.readLine()) != null; ) {
        all.append(line).append('\n');
        firstLine.complete(line);
      }
      output.complete(all.toString());
      firstLine.completeExceptionally(new IOException("ended without a line"));
    } catch (IOException e) {
      output.completeExceptionally(e);
      firstLine.completeExceptionally(e);
    }
  }

  /** The line that {@code serve} prints when it is ready; fails if it ends before. */
  String readyLine() throws Exception {
    try {
      return firstLine.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError("not ready:\n" + errors(), e);
    }
  }

  int exitCode() {
    return process
        .onExit()
        .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
        .thenApply(Process::exitValue)
        .join();
  }

  String output() {
    return output.join();
  }

  String errors() {
    return errors.join();
  }

  /** What a person types, up to the end of input. */
  HoneProcess type(String text) throws IOException {
    try (var input = process.outputWriter(StandardCharsets.UTF_8)) {
      input.write(text);
    }
    return this;
  }

  /** The one JSON object of a command with {@code --json}, which is its last line. */
  JsonNode json() throws IOException {
    var last = output().lines().toList().getLast();
    assertThat(output().lines().filter(line -> line.startsWith("{"))).containsExactly(last);
    return new ObjectMapper().readTree(last);
  }

  long pid() {
    return process.pid();
  }

  /** To all of a group, as a terminal does it. */
  void signalGroup(String name) throws IOException, InterruptedException {
    var kill = new ProcessBuilder("kill", "-" + name, "--", "-" + pid()).inheritIO();
    assertThat(kill.start().waitFor()).isZero();
  }

  void terminate() {
    process.destroy();
  }

  void kill() {
    process.destroyForcibly();
    exitCode();
  }

  @Override
  public void close() {
    terminate();
    exitCode();
  }

  /** Whether any process works in the folder, as PostgreSQL's do in their cluster. */
  static boolean anyoneIn(Path folder) throws IOException {
    Path real = folder.toRealPath();
    return ProcessHandle.allProcesses().anyMatch(process -> worksIn(process, real));
  }

  /** Ends them the hard way, and waits until they are gone. */
  static void killEveryoneIn(Path folder) throws IOException {
    Path real = folder.toRealPath();
    while (anyoneIn(folder)) {
      ProcessHandle.allProcesses()
          .filter(process -> worksIn(process, real))
          .forEach(ProcessHandle::destroyForcibly);
    }
  }

  private static boolean worksIn(ProcessHandle process, Path folder) {
    try {
      return Files.readSymbolicLink(Path.of("/proc/" + process.pid() + "/cwd")).equals(folder);
    } catch (IOException e) {
      // Gone meanwhile, or somebody else's: not one that this test started.
      return false;
    }
  }
}
