package dev.hone.loop;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.hone.alignment.TrainerEnvironment;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** A worker as its server sees it. */
final class WorkerProcess {
  private static final Logger LOG = Logger.getLogger(WorkerProcess.class);
  private static final int KILLED = 128 + 9;

  private final Process process;
  private final Thread listener;
  private boolean paused;
  private boolean ending;

  /**
   * Which process a round's worker is.
   *
   * @param started in milliseconds since 1970: process numbers are used again
   */
  record Identity(long pid, long started) {
    static Identity of(ProcessHandle process) {
      return new Identity(process.pid(), startOf(process));
    }

    Optional<ProcessHandle> alive() {
      return ProcessHandle.of(pid).filter(p -> p.isAlive() && startOf(p) == started);
    }

    private static long startOf(ProcessHandle process) {
      return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }
  }

  /** Of one that did not say why. */
  static String howItEnded(int exitCode) {
    return exitCode == KILLED
        ? "the worker was killed by signal 9; if nobody sent it, memory ran out"
        : "the worker ended with exit code " + exitCode;
  }

  private WorkerProcess(Process process, Consumer<WorkerEvent> events) {
    this.process = process;
    // Reading a pipe holds a virtual thread's carrier, of which there are as many as cores.
    this.listener = Thread.ofPlatform().daemon().name("worker-events").start(() -> listen(events));
  }

  /**
   * Starts a worker on a round's folder, when the one before it is gone.
   *
   * @param events gets what it tells, one after the other, on a thread of their own
   */
  static WorkerProcess start(
      List<String> command, RoundFolder folder, Consumer<WorkerEvent> events) {
    RoundFolder.read(folder.worker(), Identity.class).ifPresent(WorkerProcess::makeSureIsGone);
    try {
      var builder =
          new ProcessBuilder(command)
              .redirectError(ProcessBuilder.Redirect.appendTo(folder.log().toFile()));
      builder.environment().putAll(TrainerEnvironment.of(System.getenv()));
      Process process = builder.start();
      RoundFolder.write(folder.worker(), Identity.of(process.toHandle()));
      return new WorkerProcess(process, events);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its standard input ended with its server, so it is about to end anyway. */
  private static void makeSureIsGone(Identity former) {
    former
        .alive()
        .ifPresent(
            process -> {
              LOG.infof("Ending the worker %d that a former server left", former.pid);
              process.destroyForcibly();
              process.onExit().join();
            });
  }

  void pause(boolean wanted) {
    if (wanted != paused) {
      paused = wanted;
      say(wanted ? WorkerCommands.PAUSE : WorkerCommands.GO);
    }
  }

  boolean paused() {
    return paused;
  }

  /** Lets it end in order, at its next micro-batch. */
  void end() {
    if (!ending) {
      ending = true;
      try {
        process.getOutputStream().close();
      } catch (IOException e) {
        LOG.debug("The worker had closed its input before", e);
      }
    }
  }

  void kill() {
    process.destroyForcibly();
  }

  /** Whether it ended, and all it told was heard, within this time. */
  boolean ended(Duration patience) throws InterruptedException {
    if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      return false;
    }
    listener.join();
    return true;
  }

  int exitCode() {
    return process.exitValue();
  }

  private void say(String line) {
    try {
      Writer out = process.outputWriter(StandardCharsets.UTF_8);
      out.write(line + "\n");
      out.flush();
    } catch (IOException e) {
      // It ended; that is noticed where its end is waited for.
      LOG.debug("The worker does not listen", e);
    }
  }

  private void listen(Consumer<WorkerEvent> events) {
    try (var lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line; (line = lines.readLine()) != null; ) {
        tell(line, events);
      }
    } catch (IOException e) {
      LOG.warn("What the worker told broke off", e);
    }
  }

  private static void tell(String line, Consumer<WorkerEvent> events) {
    try {
      events.accept(RoundFolder.JSON.readValue(line, WorkerEvent.class));
    } catch (JsonProcessingException e) {
      // A kill may come in the middle of a line.
      LOG.warnf("The worker told what is no event: %s", line);
    } catch (RuntimeException e) {
      // What counts lies in its folder; a worker that nobody listens to would stand still.
      LOG.errorf(e, "An event was not taken: %s", line);
    }
  }
}
