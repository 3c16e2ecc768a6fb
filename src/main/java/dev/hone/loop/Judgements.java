package dev.hone.loop;

import dev.hone.evaluation.PreferenceJob;
import dev.hone.evaluation.PreferenceResult;
import dev.hone.loop.RoundException.Reason;
import dev.hone.preference.Format;
import dev.hone.registry.ModelStore;
import dev.hone.registry.UnknownModelException;
import dev.hone.registry.VersionFolder;
import dev.hone.registry.VersionView;
import dev.hone.registry.Versions;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** Judges versions and candidates on files of preferences, in a worker, one after the other. */
@ApplicationScoped
public class Judgements {
  private static final Logger LOG = Logger.getLogger(Judgements.class);
  private static final String ACTIVE = "active";
  private static final double DEFAULT_BETA = 0.1;
  private static final Duration LOOK = Duration.ofMillis(100);

  private final Versions versions;
  private final RoundLog log;
  private final Workers workers;
  private final ChatActivity chat;
  private final LoopConfig config;
  private final Semaphore turn = new Semaphore(1, true);

  Judgements(
      Versions versions, RoundLog log, Workers workers, ChatActivity chat, LoopConfig config) {
    this.versions = versions;
    this.log = log;
    this.workers = workers;
    this.chat = chat;
    this.config = config;
  }

  /**
   * How far a judgement is.
   *
   * @param lines of the file
   * @param perSecond lines
   */
  public record Progress(int line, int lines, double perSecond, double secondsLeft) {}

  /**
   * A version or candidate and where its weights are.
   *
   * @param weights folder of an adapter or of full weights; none for the base
   * @param parent null for the base
   */
  private record Subject(
      String id, String base, Optional<Path> weights, String parent, double beta) {}

  /** A judgement whose file has been received. */
  public final class Judgement {
    private final RoundFolder folder;

    private Judgement(RoundFolder folder) {
      this.folder = folder;
    }

    /**
     * Judges; blocks until that is done.
     *
     * @param progress called on this thread; what it throws ends the judgement
     * @throws InterruptedException when this thread is
     */
    public PreferenceResult run(Consumer<Progress> progress) throws InterruptedException {
      try {
        turn.acquire();
        try {
          return judge(folder, progress);
        } finally {
          turn.release();
        }
      } finally {
        folder.forget();
      }
    }
  }

  /** Those that a former server did not come to. */
  void forgetFormer(@Observes StartupEvent event) {
    new RoundFolder(home()).forget();
  }

  /**
   * Takes a file to judge a version on.
   *
   * @param version an id, {@code base} or {@code active}
   * @param reference likewise; null for the version's parent, or the base itself for the base
   * @param file read to its end, not closed
   * @throws UnknownModelException when there is no such version
   * @throws RoundException when the two do not come from one base
   */
  public Judgement receive(String version, String reference, Format format, InputStream file)
      throws IOException {
    Subject judged = subject(version);
    Subject against = subject(reference == null ? parentOf(judged) : reference);
    if (!judged.base().equals(against.base())) {
      throw new RoundException(
          Reason.DIFFERENT_BASES,
          "%s comes from %s, %s from %s"
              .formatted(judged.id(), judged.base(), against.id(), against.base()));
    }
    var folder = new RoundFolder(home().resolve(UUID.randomUUID().toString()));
    Path pairs = folder.path().resolve("pairs.jsonl");
    Files.createDirectories(folder.path());
    Files.copy(file, pairs);
    RoundFolder.write(
        folder.judging(),
        new PreferenceJob(
            store().base(judged.base()),
            judged.weights(),
            against.weights(),
            pairs,
            format,
            judged.beta()));
    return new Judgement(folder);
  }

  private PreferenceResult judge(RoundFolder folder, Consumer<Progress> progress)
      throws InterruptedException {
    var heard = new AtomicReference<Progress>();
    chat.awaitModel(() -> false);
    WorkerProcess worker = workers.start(folder, event -> hear(event, heard));
    try {
      while (!worker.ended(LOOK)) {
        worker.pause(chat.busy());
        Progress latest = heard.getAndSet(null);
        if (latest != null) {
          progress.accept(latest);
        }
      }
    } finally {
      worker.kill();
    }
    return RoundFolder.read(folder.judgement(), PreferenceResult.class)
        .orElseThrow(() -> ended(worker.exitCode(), folder));
  }

  private static RoundException ended(int exitCode, RoundFolder folder) {
    String text = "the worker ended with exit code %d".formatted(exitCode);
    try {
      LOG.errorf("A judgement failed, %s: %s", text, Files.readString(folder.log()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new RoundException(Reason.WORKER_ENDED, text + "; the server's log has what it said");
  }

  private static void hear(WorkerEvent event, AtomicReference<Progress> heard) {
    if (event instanceof WorkerEvent.Measured(_, int line, int lines, double rate, double left)) {
      heard.set(new Progress(line, lines, rate, left));
    }
  }

  private static String parentOf(Subject subject) {
    return subject.parent() == null ? subject.id() : subject.parent();
  }

  private Subject subject(String name) {
    if (!name.equals(ACTIVE) && !name.equals(Versions.BASE)) {
      Optional<Subject> candidate = candidate(name);
      if (candidate.isPresent()) {
        return candidate.get();
      }
    }
    String id = versions.resolve(name.equals(ACTIVE) ? Versions.ACTIVE : name);
    VersionView view = versions.find(id).orElseThrow(() -> new UnknownModelException(id));
    if (view.parent() == null) {
      return new Subject(id, id, Optional.empty(), null, DEFAULT_BETA);
    }
    var folder = VersionFolder.open(store(), id);
    return new Subject(
        id,
        view.base(),
        Optional.of(folder.path()),
        view.parent(),
        beta(folder.manifest().hyperparameters()));
  }

  /** Of a round that was not published. */
  private Optional<Subject> candidate(String id) {
    return log.ofVersion(id)
        .filter(round -> Files.isDirectory(folder(round).candidate()))
        .map(round -> Candidate.of(round, folder(round)))
        .map(
            candidate ->
                new Subject(
                    id,
                    candidate.base(),
                    Optional.of(candidate.folder().candidate()),
                    candidate.round().parent(),
                    beta(candidate.round().settings())));
  }

  private RoundFolder folder(Round round) {
    return RoundFolder.of(config.data(), log.number(round.id()));
  }

  private static double beta(Map<String, String> settings) {
    return Optional.ofNullable(settings.get("beta")).map(Double::valueOf).orElse(DEFAULT_BETA);
  }

  private ModelStore store() {
    return new ModelStore(config.models());
  }

  private Path home() {
    return config.data().resolve("judgements");
  }
}
