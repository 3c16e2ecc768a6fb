package dev.hone.loop;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.loop.RoundException.Reason;
import dev.hone.preference.PairSource;
import dev.hone.preference.Snapshot;
import dev.hone.preference.Snapshots;
import dev.hone.registry.AuditLog;
import dev.hone.registry.Versions;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What people do with rounds. */
@ApplicationScoped
public class Rounds {
  private static final String RESUME = "round-resume";

  private final RoundLog log;
  private final RoundRunner runner;
  private final Snapshots snapshots;
  private final Versions versions;
  private final AuditLog audit;
  private final LoopConfig config;

  Rounds(
      RoundLog log,
      RoundRunner runner,
      Snapshots snapshots,
      Versions versions,
      AuditLog audit,
      LoopConfig config) {
    this.log = log;
    this.runner = runner;
    this.snapshots = snapshots;
    this.versions = versions;
    this.audit = audit;
    this.config = config;
  }

  /**
   * Starts a round from the version that answers now, on the pairs that there are now.
   *
   * @param settings of the recipe, by name, where they differ from its defaults
   * @throws RoundException if it can't be started
   */
  public Round start(
      String recipe, Map<String, String> settings, Set<PairSource> include, String who)
      throws IOException {
    Map<String, String> all = settings(method(recipe), settings);
    log.refuseWhileOneRuns();
    Snapshot snapshot = snapshots.take(config.data().resolve("snapshots"), include);
    refuseTooFew(snapshot);
    String parent = versions.active();
    long number = log.begin(new RoundLog.Beginning(recipe, all, parent, snapshot, who));
    forgetFormerCheckpoints(number);
    String id = "r" + number;
    audit.record(
        who, "round-start", id, null, parent, "%s on %s".formatted(recipe, names(include)));
    runner.launch(number);
    return get(id);
  }

  /**
   * Ends a round that runs, within one micro-batch. It can be resumed.
   *
   * @return how it ended
   */
  public Round cancel(String id, String who) throws InterruptedException {
    long number = log.number(id);
    RoundState before = log.get(number).state();
    if (!before.running()) {
      throw new RoundException(Reason.ROUND_NOT_RUNNING, "round %s is %s".formatted(id, before));
    }
    runner.cancel(number);
    Round round = get(id);
    if (round.state() == RoundState.CANCELLED) {
      audit.record(who, "round-cancel", id, before.name(), round.state().name(), null);
    }
    return round;
  }

  /**
   * Lets the newest round go on from its last checkpoint if it failed or was cancelled, or if it
   * runs by its state and nobody works on it. One that is worked on is left as it is.
   */
  public Round resume(String id, String who) {
    long number = log.number(id);
    RoundState before = log.get(number).state();
    if (before.running()) {
      if (runner.launch(number)) {
        audit.record(who, RESUME, id, before.name(), before.name(), null);
      }
      return get(id);
    }
    if (before != RoundState.FAILED && before != RoundState.CANCELLED) {
      throw new RoundException(Reason.NOT_RESUMABLE, "round %s is %s".formatted(id, before));
    }
    if (!log.newest(number)) {
      throw new RoundException(
          Reason.NOT_RESUMABLE, "a newer round was started; %s rests for good".formatted(id));
    }
    log.resume(number);
    audit.record(who, RESUME, id, before.name(), log.get(number).state().name(), null);
    runner.launch(number);
    return get(id);
  }

  public List<Recipe> recipes() {
    return Arrays.stream(Method.values())
        .map(method -> new Recipe(method.label(), settings(method, Map.of())))
        .toList();
  }

  public Round get(String id) {
    long number = log.number(id);
    return runner.live(log.get(number), number);
  }

  /** Newest first. */
  public List<Round> list() {
    return log.newestFirst().stream()
        .map(round -> runner.live(round, log.number(round.id())))
        .toList();
  }

  /** The one that is worked on. */
  public Optional<Round> running() {
    return runner.running().map(number -> runner.live(log.get(number), number));
  }

  /** A report of every step so far. */
  public List<JsonNode> curve(String id) {
    return new StepLog(RoundFolder.of(config.data(), log.number(id)).progress()).read();
  }

  private static Method method(String recipe) {
    try {
      return Method.of(recipe);
    } catch (IllegalArgumentException e) {
      throw new RoundException(Reason.UNKNOWN_RECIPE, e.getMessage());
    }
  }

  private static Map<String, String> settings(Method method, Map<String, String> set) {
    try {
      return method.learning(set).algorithm().options().toMap();
    } catch (IllegalArgumentException e) {
      throw new RoundException(Reason.INVALID_SETTING, e.getMessage());
    }
  }

  private void refuseTooFew(Snapshot snapshot) {
    int least = config.loop().minPairs();
    if (snapshot.train() < least || snapshot.heldOut() == 0) {
      throw new RoundException(
          Reason.TOO_FEW_PAIRS,
          "a round needs %d pairs to train on and one to hold out; there are %d and %d (dropped: %s)"
              .formatted(least, snapshot.train(), snapshot.heldOut(), snapshot.dropped()));
    }
  }

  /** Rounds that were never resumed are not, once another has started. */
  private void forgetFormerCheckpoints(long number) {
    for (long former = 1; former < number; former++) {
      RoundFolder.of(config.data(), former).forgetCheckpoints();
    }
  }

  private static String names(Set<PairSource> include) {
    return include.stream()
        .sorted()
        .map(source -> source.name().toLowerCase(java.util.Locale.ROOT))
        .collect(Collectors.joining(", "));
  }
}
