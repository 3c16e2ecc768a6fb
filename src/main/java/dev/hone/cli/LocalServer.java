package dev.hone.cli;

import dev.hone.operations.RunningServer;
import dev.hone.operations.ServerUse;
import dev.hone.operations.StartException;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The server that a command talks to: the one running on its data folder, else one started for as
 * long as commands use it.
 */
final class LocalServer implements AutoCloseable {
  private static final Duration START_PATIENCE = Duration.ofMinutes(10);
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(60);
  private static final long LOOK_MILLIS = 50;
  private static final int LOG_LINES_SHOWN = 20;

  private final Instance instance;
  private final Optional<String> model;
  private final ServerUse use;
  private final RunningServer server;

  private LocalServer(Instance instance, Optional<String> model) {
    this.instance = instance;
    this.model = model;
    this.use = ServerUse.begin(instance.data());
    this.server = RunningServer.find(instance.data()).orElseGet(this::start);
  }

  static LocalServer reach(Instance instance) {
    return reach(instance, EnvironmentDefaults.value(System.getenv(), "--model"));
  }

  /**
   * The same.
   *
   * @param model that a server which is started here serves
   */
  static LocalServer reach(Instance instance, Optional<String> model) {
    return new LocalServer(instance, model);
  }

  String url() {
    return server.url();
  }

  long pid() {
    return server.pid();
  }

  /** Whether it ends with the last command that uses it. */
  boolean whileUsed() {
    return server.whileUsed();
  }

  /** Ends this command's use; the last command waits for the server to be gone. */
  @Override
  public void close() {
    use.close();
    if (server.whileUsed() && !ServerUse.byOthers(instance.data())) {
      long deadline = System.nanoTime() + STOP_PATIENCE.toNanos();
      while (RunningServer.find(instance.data()).equals(Optional.of(server))
          && System.nanoTime() < deadline) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS));
      }
    }
  }

  private RunningServer start() {
    // Here and not in the server, so that whoever waits sees the progress.
    instance.modelChoice().make(model);
    instance.progress().println("starting a server for this command");
    Path log = instance.data().resolve("server.log");
    long deadline = System.nanoTime() + START_PATIENCE.toNanos();
    Process process = spawn(log);
    while (System.nanoTime() < deadline) {
      boolean ended = await(process, LOOK_MILLIS);
      var found = RunningServer.find(instance.data());
      if (found.isPresent()) {
        return found.get();
      }
      if (ended && process.exitValue() != Failures.DATA_FOLDER_TAKEN) {
        throw new StartException("the server ended before it was up:\n" + end(log));
      }
      if (ended) {
        // Another command, or a person, is starting one: that one will do, if it comes up.
        process = spawn(log);
      }
    }
    process.destroy();
    throw new StartException("no server came up within " + START_PATIENCE + ", see " + log);
  }

  private Process spawn(Path log) {
    try {
      var command = new ArrayList<String>();
      // The terminal's Ctrl-C is for this command; others may be using the server.
      command.addAll(List.of("sh", "-c", "trap '' INT HUP; exec \"$@\"", "hone"));
      command.addAll(
          OwnProgram.command(
              "serve",
              "--while-used",
              "--host=127.0.0.1",
              "--port=" + instance.port(freePort()),
              "--data=" + instance.data(),
              "--models=" + instance.models()));
      return new ProcessBuilder(command)
          .redirectInput(new File("/dev/null"))
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
          .start();
    } catch (IOException e) {
      throw new StartException("no server can be started: " + e.getMessage(), e);
    }
  }

  private static int freePort() throws IOException {
    try (var any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return any.getLocalPort();
    }
  }

  private static boolean await(Process process, long millis) {
    try {
      return process.waitFor(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException("interrupted while waiting for the server", e);
    }
  }

  private static String end(Path log) {
    try {
      var lines = Files.readAllLines(log);
      return String.join(
          "\n", lines.subList(Math.max(0, lines.size() - LOG_LINES_SHOWN), lines.size()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
