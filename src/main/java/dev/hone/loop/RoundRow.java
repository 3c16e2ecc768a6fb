package dev.hone.loop;

import dev.hone.evaluation.Check;
import dev.hone.preference.Snapshot;
import io.quarkus.hibernate.orm.panache.Panache;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/** The row of a round; each change of its state is a row of its own beside it. */
@Entity
@Table(name = "round")
class RoundRow extends PanacheEntityBase {
  private static final List<RoundState> RUNNING =
      Arrays.stream(RoundState.values()).filter(RoundState::running).toList();

  /** Whether the next server goes on with a round by itself that failed without a word. */
  enum Retry {
    DUE,
    DONE
  }

  @Id long number;

  @JdbcTypeCode(SqlTypes.JSON)
  Plan plan;

  @Enumerated(EnumType.STRING)
  RoundState state;

  String parent;
  String version;

  @JdbcTypeCode(SqlTypes.JSON)
  Snapshot snapshot;

  String compute;

  @JdbcTypeCode(SqlTypes.JSON)
  RoundMetrics metrics;

  @JdbcTypeCode(SqlTypes.JSON)
  List<Check> gate;

  String why;

  @Enumerated(EnumType.STRING)
  Retry retry;

  @Column(name = "started_by")
  String startedBy;

  @Column(name = "started_at")
  Instant startedAt;

  @Column(name = "ended_at")
  Instant endedAt;

  /** Who starts or resumes a round does so after the other: at most one may run. */
  static void lockForStarting() {
    Panache.getSession()
        .createNativeMutationQuery("lock table round in share row exclusive mode")
        .executeUpdate();
  }

  static long nextNumber() {
    return Panache.getSession()
        .createNativeQuery("select coalesce(max(number), 0) + 1 from round", Long.class)
        .getSingleResult();
  }

  static Optional<RoundRow> running() {
    return find("state in ?1", RUNNING).firstResultOptional();
  }

  static Optional<RoundRow> newest() {
    return find("order by number desc").firstResultOptional();
  }

  static List<RoundRow> newestFirst() {
    return list("order by number desc");
  }

  static Optional<RoundRow> ofVersion(String version) {
    return find("version", version).firstResultOptional();
  }

  /** Changes the state and says so in the list of transitions. */
  void enter(RoundState next, String reason, Instant now) {
    note(state, next, reason, now);
    state = next;
    why = reason;
    if (next.running()) {
      endedAt = null;
    } else if (endedAt == null) {
      endedAt = now;
    }
  }

  /** Writes a new row, in its first state. */
  void begin() {
    state = RoundState.COLLECT;
    persistAndFlush();
    note(null, state, null, startedAt);
  }

  private void note(RoundState before, RoundState next, String reason, Instant now) {
    Panache.getSession()
        .createNativeMutationQuery(
            """
            insert into round_transition (round, position, from_state, to_state, why, at)
            select :round, count(*), :before, :next, :why, :now
            from round_transition where round = :round""")
        .setParameter("round", number)
        .setParameter("before", before == null ? null : before.name(), String.class)
        .setParameter("next", next.name())
        .setParameter("why", reason, String.class)
        .setParameter("now", now)
        .executeUpdate();
  }

  /** The last state in which there was work to do. */
  RoundState lastRunning() {
    String name =
        Panache.getSession()
            .createNativeQuery(
                """
                select from_state from round_transition
                where round = :round and to_state in ('FAILED', 'CANCELLED')
                order by position desc limit 1""",
                String.class)
            .setParameter("round", number)
            .getSingleResult();
    return RoundState.valueOf(name);
  }
}
