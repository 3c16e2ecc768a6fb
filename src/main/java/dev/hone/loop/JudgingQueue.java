package dev.hone.loop;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.evaluation.FileJob;
import dev.hone.loop.RoundException.Reason;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jboss.logging.Logger;

/** Has workers judge on files, one after the other. */
@ApplicationScoped
class JudgingQueue {
  private static final Logger LOG = Logger.getLogger(JudgingQueue.class);
  private static final Duration LOOK = Duration.ofMillis(100);

  private final Workers workers;
  private final ChatActivity chat;
  private final LoopConfig config;
  private final Semaphore turn = new Semaphore(1, true);

  /**
   * Tells what is new; where nothing is, the last again each minute, or the connection is closed.
   */
  private static final class Told {
    private static final Duration SILENT = Duration.ofMinutes(1);

    private final Consumer<Judgement.Progress> progress;
    private Judgement.Progress latest = Judgement.Progress.WAITING;
    private long at = System.nanoTime();

    Told(Consumer<Judgement.Progress> progress) {
      this.progress = progress;
    }

    /**
     * @param news null for none
     */
    void look(Judgement.Progress news) {
      if (news == null && System.nanoTime() - at < SILENT.toNanos()) {
        return;
      }
      latest = news == null ? latest : news;
      at = System.nanoTime();
      progress.accept(latest);
    }
  }

  JudgingQueue(Workers workers, ChatActivity chat, LoopConfig config) {
    this.workers = workers;
    this.chat = chat;
    this.config = config;
  }

  /** Those that a former server did not come to. */
  void forgetFormer(@Observes StartupEvent event) {
    new RoundFolder(home()).forget();
  }

  /**
   * Takes a file to judge on.
   *
   * @param file read to its end, not closed
   * @param job of the file when it has been received; may refuse it
   */
  Judgement receive(InputStream file, Function<Path, FileJob> job) throws IOException {
    var folder = new RoundFolder(home().resolve(UUID.randomUUID().toString()));
    Path lines = folder.path().resolve("lines.jsonl");
    boolean received = false;
    try {
      Files.createDirectories(folder.path());
      Files.copy(file, lines);
      RoundFolder.write(folder.judging(), job.apply(lines));
      received = true;
    } finally {
      if (!received) {
        folder.forget();
      }
    }
    return progress -> run(folder, progress);
  }

  private JsonNode run(RoundFolder folder, Consumer<Judgement.Progress> progress)
      throws InterruptedException {
    try {
      var told = new Told(progress);
      awaitTurn(told);
      try {
        return judge(folder, told);
      } finally {
        turn.release();
      }
    } finally {
      folder.forget();
    }
  }

  /** Keeps its one place among those that wait. */
  private void awaitTurn(Told told) throws InterruptedException {
    var place =
        CompletableFuture.runAsync(turn::acquireUninterruptibly, Thread::startVirtualThread);
    boolean come = false;
    try {
      while (!come) {
        come = isDone(place);
        told.look(null);
      }
    } finally {
      if (!come) {
        var _ = place.thenRun(turn::release);
      }
    }
  }

  private static boolean isDone(CompletableFuture<Void> place) throws InterruptedException {
    try {
      place.get(LOOK.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException _) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private JsonNode judge(RoundFolder folder, Told told) throws InterruptedException {
    var heard = new AtomicReference<Judgement.Progress>();
    var explained = new AtomicReference<String>();
    chat.awaitModel(
        () -> {
          told.look(null);
          return false;
        });
    WorkerProcess worker = workers.start(folder, event -> hear(event, heard, explained));
    try {
      while (!worker.ended(LOOK)) {
        worker.pause(chat.busy());
        told.look(heard.getAndSet(null));
      }
    } finally {
      worker.kill();
    }
    return RoundFolder.read(folder.judgement(), JsonNode.class)
        .orElseThrow(() -> ended(worker.exitCode(), explained.get(), folder));
  }

  private static RoundException ended(int exitCode, String explained, RoundFolder folder) {
    if (explained != null) {
      return new RoundException(Reason.WORKER_ENDED, explained);
    }
    String text = WorkerProcess.howItEnded(exitCode);
    try {
      LOG.errorf("A judgement failed, %s: %s", text, Files.readString(folder.log()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new RoundException(Reason.WORKER_ENDED, text + "; the server's log has what it said");
  }

  private static void hear(
      WorkerEvent event,
      AtomicReference<Judgement.Progress> heard,
      AtomicReference<String> explained) {
    switch (event) {
      case WorkerEvent.Measured(_, _, int line, int lines, double rate, double left) ->
          heard.set(new Judgement.Progress(line, lines, rate, left));
      case WorkerEvent.Failed(var why) -> explained.set(why);
      // Of a round alone.
      case WorkerEvent.Settled _,
          WorkerEvent.Computing _,
          WorkerEvent.Stepped _,
          WorkerEvent.Trained _ -> {}
    }
  }

  private Path home() {
    return config.data().resolve("judgements");
  }
}
