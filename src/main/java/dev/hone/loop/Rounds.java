package dev.hone.loop;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.loop.RoundException.Reason;
import dev.hone.preference.Mixture;
import dev.hone.preference.PairSource;
import dev.hone.preference.Snapshot;
import dev.hone.preference.SnapshotOrder;
import dev.hone.preference.Snapshots;
import dev.hone.registry.AuditLog;
import dev.hone.registry.ModelStore;
import dev.hone.registry.Versions;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
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

  void forgetDrafts(@Observes StartupEvent event) throws IOException {
    Snapshots.forgetDrafts(snapshotFolder());
  }

  private Path snapshotFolder() {
    return config.data().resolve("snapshots");
  }

  /**
   * What a round is to do.
   *
   * @param plan empty for the one that the data allows
   * @param settings of the plan, by name, where they differ from its defaults
   * @param mixture of the sources, as {@link Mixture} reads it; empty for all there is
   */
  public record Order(
      Optional<PlanDraft> plan,
      Map<String, String> settings,
      Set<PairSource> include,
      Optional<String> mixture) {
    /** The plan that was named, with its settings. */
    private Optional<Plan> told() {
      return plan.map(draft -> draft.with(settings).plan());
    }

    private Plan suited(PlanChoice.Chosen chosen) {
      return PlanDraft.named(chosen.recipe()).with(settings).plan().because(chosen.reason());
    }
  }

  /** What a round would do that started now. */
  public record Preview(Plan plan, String parent, Snapshot snapshot) {}

  /**
   * Starts a round from the version that answers now, on what there is to learn from now.
   *
   * @throws RoundException if it can't be started
   */
  public Round start(Order order, String who) throws IOException {
    Optional<Plan> told = order.told();
    log.refuseWhileOneRuns();
    Preview next = preview(order, told);
    long number =
        log.begin(new RoundLog.Beginning(next.plan(), next.parent(), next.snapshot(), who));
    forgetFormerWork(number);
    String id = "r" + number;
    String what = "%s on %s".formatted(next.plan().name(), sources(data(order)));
    audit.record(who, "round-start", id, null, next.parent(), what);
    runner.launch(number);
    return get(id);
  }

  /**
   * What {@link #start} would do, were no other round running.
   *
   * @throws RoundException if it could not be started
   */
  public Preview preview(Order order) throws IOException {
    return preview(order, order.told());
  }

  private Preview preview(Order order, Optional<Plan> told) throws IOException {
    Snapshot snapshot = snapshots.take(snapshotFolder(), data(order));
    int least = config.loop().minPairs();
    Plan plan = told.orElseGet(() -> order.suited(PlanChoice.on(snapshot).of(least)));
    String parent = versions.active();
    var check = new PlanCheck(new ModelStore(config.models()), least);
    check.settings(plan, parent, snapshot);
    Plan counted = plan.on(snapshot);
    check.examples(counted, snapshot);
    return new Preview(counted, parent, snapshot);
  }

  private SnapshotOrder data(Order order) {
    return new SnapshotOrder(
        order.include(), config.loop().maxPerOwner(), order.mixture().map(Rounds::mixture));
  }

  private static Mixture mixture(String text) {
    try {
      return Mixture.of(text);
    } catch (IllegalArgumentException e) {
      throw new RoundException(Reason.INVALID_SETTING, e.getMessage());
    }
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
      throw new RoundException(
          Reason.ROUND_NOT_RUNNING,
          "round %s is %s: there is no work to cancel".formatted(id, before));
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
      throw new RoundException(
          Reason.NOT_RESUMABLE,
          "round %s is %s: only one that failed or was cancelled can go on".formatted(id, before));
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

  /** The plans that come with Hone. */
  public List<Plan> recipes() {
    return Recipes.all().stream().map(PlanDraft::plan).toList();
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

  /** Rounds that were never resumed are not, once another has started. */
  private void forgetFormerWork(long number) {
    for (long former = 1; former < number; former++) {
      RoundFolder.of(config.data(), former).forgetWork();
    }
  }

  private static String sources(SnapshotOrder order) {
    String names =
        order.include().stream()
            .sorted()
            .map(source -> source.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(", "));
    return order.mixture().map(mixture -> names + " as " + mixture).orElse(names);
  }
}
