package dev.hone.loop;

import dev.hone.evaluation.Check;
import dev.hone.loop.RoundException.Reason;
import dev.hone.loop.RoundRow.Retry;
import dev.hone.preference.Snapshot;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** What the database knows of rounds. Each change is a transaction. */
@ApplicationScoped
@Transactional
class RoundLog {
  private static final Pattern ID = Pattern.compile("r([1-9]\\d{0,17})");

  private final Clock clock = Clock.systemUTC();

  /** What a round begins with. */
  record Beginning(Plan plan, String parent, Snapshot snapshot, String who) {}

  /**
   * Writes a new round down.
   *
   * @return its number
   * @throws RoundException while another one runs
   */
  long begin(Beginning beginning) {
    RoundRow.lockForStarting();
    refuseWhileOneRuns();
    var row = new RoundRow();
    row.number = RoundRow.nextNumber();
    row.plan = beginning.plan();
    row.parent = beginning.parent();
    row.snapshot = beginning.snapshot();
    row.startedBy = beginning.who();
    row.startedAt = clock.instant();
    row.begin();
    return row.number;
  }

  /** Lets a round that ended early run again, from the state in which it ended. */
  void resume(long number) {
    RoundRow.lockForStarting();
    refuseWhileOneRuns();
    var row = row(number);
    row.retry = null;
    row.enter(row.lastRunning(), null, clock.instant());
  }

  /**
   * The round that a server goes on with by itself when it starts: the one that ran when the former
   * ended, or else the newest if its worker ended without a word. What killed that may have meant
   * the server, so this is tried once.
   */
  Optional<Long> atStart() {
    RoundRow.lockForStarting();
    return RoundRow.running().or(this::retried).map(row -> row.number);
  }

  private Optional<RoundRow> retried() {
    Optional<RoundRow> due =
        RoundRow.newest().filter(row -> row.state == RoundState.FAILED && row.retry == Retry.DUE);
    due.ifPresent(
        row -> {
          row.retry = Retry.DONE;
          row.enter(row.lastRunning(), null, clock.instant());
        });
    return due;
  }

  void refuseWhileOneRuns() {
    RoundRow.running()
        .ifPresent(
            row -> {
              throw new RoundException(
                  Reason.ROUND_RUNNING,
                  "round r%d is running; one runs at a time".formatted(row.number));
            });
  }

  boolean newest(long number) {
    return RoundRow.nextNumber() == number + 1;
  }

  /** The number in an id such as {@code r7}, of a round that there is. */
  long number(String id) {
    var matcher = ID.matcher(id);
    return Optional.of(matcher)
        .filter(m -> m.matches())
        .map(m -> Long.parseLong(m.group(1)))
        .filter(number -> RoundRow.findByIdOptional(number).isPresent())
        .orElseThrow(
            () -> new RoundException(Reason.UNKNOWN_ROUND, "there is no round '" + id + "'"));
  }

  Round get(long number) {
    return view(row(number));
  }

  List<Round> newestFirst() {
    return RoundRow.newestFirst().stream().map(RoundLog::view).toList();
  }

  Optional<Round> ofVersion(String version) {
    return RoundRow.ofVersion(version).map(RoundLog::view);
  }

  void enter(long number, RoundState next, String why) {
    row(number).enter(next, why, clock.instant());
  }

  /** Its worker ended and did not say why. */
  void workerDied(long number, String why) {
    var row = row(number);
    row.retry = row.retry == null ? Retry.DUE : Retry.DONE;
    row.enter(RoundState.FAILED, why, clock.instant());
  }

  /** Does nothing to a round that has ended. */
  void cancel(long number) {
    var row = row(number);
    if (row.state.running()) {
      row.enter(RoundState.CANCELLED, null, clock.instant());
    }
  }

  /**
   * @param stage of the plan, from 0
   */
  void settled(long number, int stage, Map<String, String> settings) {
    var row = row(number);
    row.plan = row.plan.settled(stage, settings);
  }

  void computeChosen(long number, String compute) {
    row(number).compute = compute;
  }

  void trained(long number, String version) {
    row(number).version = version;
  }

  void judged(long number, RoundMetrics metrics, List<Check> gate) {
    var row = row(number);
    row.metrics = metrics;
    row.gate = gate;
  }

  private static RoundRow row(long number) {
    return RoundRow.findById(number);
  }

  private static Round view(RoundRow row) {
    return new Round(
        "r" + row.number,
        row.plan,
        row.state,
        row.parent,
        row.version,
        row.snapshot,
        row.compute,
        row.startedAt,
        row.endedAt,
        row.startedBy,
        row.why,
        null,
        row.metrics,
        row.gate,
        false);
  }
}
