package dev.hone.loop;

import dev.hone.alignment.TrainingException;
import dev.hone.alignment.verify.VerifiableTasks;
import dev.hone.evaluation.PreferenceJob;
import dev.hone.evaluation.RewardJob;
import dev.hone.evaluation.TaskJob;
import dev.hone.loop.RoundException.Reason;
import dev.hone.preference.Format;
import dev.hone.preference.PairLines;
import dev.hone.registry.ModelStore;
import dev.hone.registry.RewardFolder;
import dev.hone.registry.RewardModels;
import dev.hone.registry.UnknownModelException;
import dev.hone.registry.VersionFolder;
import dev.hone.registry.VersionView;
import dev.hone.registry.Versions;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Judges versions, candidates and reward models on files of preferences or tasks. */
@ApplicationScoped
public class Judgements {
  private static final String ACTIVE = "active";

  private final Versions versions;
  private final RoundLog log;
  private final JudgingQueue queue;
  private final LoopConfig config;

  Judgements(Versions versions, RoundLog log, JudgingQueue queue, LoopConfig config) {
    this.versions = versions;
    this.log = log;
    this.queue = queue;
    this.config = config;
  }

  /**
   * A version or candidate and where its weights are.
   *
   * @param weights folder of an adapter or of full weights; none for the base
   * @param parent null for the base
   */
  private record Subject(
      String id, String base, Optional<Path> weights, String parent, double beta) {}

  /**
   * Takes a file to judge a version on.
   *
   * @param version an id, {@code base} or {@code active}
   * @param reference likewise; null for the version's parent, or the base itself for the base
   * @param file read to its end, not closed
   * @throws UnknownModelException when there is no such version
   * @throws RoundException when the two do not come from one base
   * @throws dev.hone.preference.DamagedFileException when the file is packed, and not to its end
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
    return queue.receive(
        file,
        pairs ->
            new PreferenceJob(
                store().base(judged.base()),
                judged.weights(),
                against.weights(),
                whole(pairs),
                format,
                judged.beta()));
  }

  /**
   * Takes a file to judge a reward model on.
   *
   * @param model an id, or {@code newest}
   * @param file read to its end, not closed
   * @throws UnknownModelException when there is no such reward model
   * @throws dev.hone.registry.RegistryException when its files are not those that were trained
   * @throws dev.hone.preference.DamagedFileException when the file is packed, and not to its end
   */
  public Judgement receiveForReward(String model, Format format, InputStream file)
      throws IOException {
    var rewards = new RewardModels(store());
    RewardFolder judge = rewards.open(model);
    return queue.receive(
        file, pairs -> new RewardJob(rewards.base(judge), judge.path(), whole(pairs), format));
  }

  /**
   * Takes a file of tasks that a version is to do.
   *
   * @param version an id, {@code base} or {@code active}
   * @param file read to its end, not closed
   * @throws UnknownModelException when there is no such version
   * @throws RoundException when a line of the file is no task
   */
  public Judgement receiveTasks(String version, TaskJob.Asking asking, InputStream file)
      throws IOException {
    Subject judged = subject(version);
    return queue.receive(
        file,
        tasks -> {
          check(tasks);
          return new TaskJob(store().base(judged.base()), judged.weights(), tasks, asking);
        });
  }

  /** A figure of a part of the pairs would be taken for one of all. */
  private static Path whole(Path pairs) {
    try (var in = new BufferedInputStream(Files.newInputStream(pairs))) {
      PairLines.last(in);
      return pairs;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void check(Path tasks) {
    try {
      VerifiableTasks.read(tasks);
    } catch (TrainingException e) {
      String where = e.getMessage().replace(tasks.toString(), "the file");
      var refused = new RoundException(Reason.INVALID_TASK, where);
      refused.initCause(e);
      throw refused;
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
      return new Subject(id, id, Optional.empty(), null, Stage.beta(Map.of()));
    }
    var folder = VersionFolder.open(store(), id);
    return new Subject(
        id,
        view.base(),
        Optional.of(folder.path()),
        view.parent(),
        Stage.beta(folder.manifest().hyperparameters()));
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
                    candidate.job().last().beta()));
  }

  private RoundFolder folder(Round round) {
    return RoundFolder.of(config.data(), log.number(round.id()));
  }

  private ModelStore store() {
    return new ModelStore(config.models());
  }
}
