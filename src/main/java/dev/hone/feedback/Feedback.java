package dev.hone.feedback;

import io.quarkus.hibernate.orm.panache.Panache;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.CollectionTable;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.OrderColumn;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.hibernate.annotations.Immutable;

/** The row of a vote. Written once; the database itself refuses to change or delete it. */
@Entity
@Immutable
class Feedback extends PanacheEntityBase {
  /** To follow "Turn t where". */
  static final String SPEAKS_OF_TURN =
      "exists (select 1 from Feedback f join f.turns named where named = t.id)";

  @Id UUID id;

  /** Grows in the order in which votes were taken. */
  long sequence;

  String owner;

  /** {@link VoteJson}. */
  String vote;

  UUID withdraws;

  @Column(name = "idempotency_key")
  String idempotencyKey;

  /** SHA-256 of the vote as it was sent. */
  byte[] fingerprint;

  @Column(name = "created_at")
  Instant createdAt;

  @ElementCollection
  @CollectionTable(name = "feedback_turn", joinColumns = @JoinColumn(name = "feedback"))
  @OrderColumn(name = "position")
  @Column(name = "turn")
  @Immutable
  List<String> turns;

  FeedbackEntry entry() {
    return new FeedbackEntry(id, sequence, owner, VoteJson.parse(vote), createdAt);
  }

  static Optional<Feedback> byKey(String owner, String key) {
    return find("owner = ?1 and idempotencyKey = ?2", owner, key).firstResultOptional();
  }

  static List<Feedback> inConversation(UUID conversation, String owner) {
    return about("t.conversation = ?1 and f.owner = ?2", conversation, owner);
  }

  static List<Feedback> onPrompts(Collection<String> promptHashes) {
    return about("t.promptHash in ?1", promptHashes);
  }

  static List<String> votedPrompts(String after, int limit) {
    return getEntityManager()
        .createQuery(
            "select distinct t.promptHash from Turn t where t.promptHash > :after and %s order by t.promptHash"
                .formatted(SPEAKS_OF_TURN),
            String.class)
        .setParameter("after", after)
        .setMaxResults(limit)
        .getResultList();
  }

  /** A withdrawal belongs to the turns of what it takes back. Two queries: each has its index. */
  private static List<Feedback> about(String turns, Object... parameters) {
    String about =
        "in (select f.id from Feedback f join f.turns named join Turn t on t.id = named where %s)"
            .formatted(turns);
    return Stream.concat(
            Feedback.<Feedback>list("id " + about, parameters).stream(),
            Feedback.<Feedback>list("withdraws " + about, parameters).stream())
        .toList();
  }

  /**
   * Writes the vote with the turns it names, unless a unique constraint says that it is there
   * already: another with this key, or another withdrawal of the same vote. A concurrent writer is
   * waited for.
   *
   * @return whether it was written
   */
  static boolean insert(Feedback row) {
    int inserted =
        Panache.getSession()
            .createNativeMutationQuery(
                """
                insert into feedback
                    (id, owner, vote, withdraws, idempotency_key, fingerprint, created_at)
                values (:id, :owner, cast(:vote as jsonb), :withdraws, :key, :fingerprint, :now)
                on conflict do nothing""")
            .setParameter("id", row.id)
            .setParameter("owner", row.owner)
            .setParameter("vote", row.vote)
            .setParameter("withdraws", row.withdraws, UUID.class)
            .setParameter("key", row.idempotencyKey, String.class)
            .setParameter("fingerprint", row.fingerprint)
            .setParameter("now", row.createdAt)
            .executeUpdate();
    if (inserted == 0) {
      return false;
    }
    for (int position = 0; position < row.turns.size(); position++) {
      getEntityManager()
          .createNativeQuery("insert into feedback_turn values (:feedback, :position, :turn)")
          .setParameter("feedback", row.id)
          .setParameter("position", position)
          .setParameter("turn", row.turns.get(position))
          .executeUpdate();
    }
    return true;
  }
}
