package dev.hone.registry;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.LockModeType;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Optional;

/** The one row that says which version answers as {@code hone}. */
@Entity
@Table(name = "active_version")
class ActiveVersion extends PanacheEntityBase {
  @Id boolean singleton = true;
  String version;
  Instant since;

  /**
   * @throws IllegalStateException before {@link Versions#ensureBase} has run
   */
  static String current() {
    return ActiveVersion.<ActiveVersion>findByIdOptional(true)
        .map(row -> row.version)
        .orElseThrow(() -> new IllegalStateException("no version is active yet"));
  }

  /** The row, for a change that others wait for. */
  static ActiveVersion locked() {
    return findById(true, LockModeType.PESSIMISTIC_WRITE);
  }

  /**
   * Keeps the active version where it comes from this base; another base takes its place.
   *
   * @return the version that had to make place
   */
  static Optional<String> ensureComesFrom(String base, Instant now) {
    var before =
        getEntityManager()
            .createQuery("select version from ActiveVersion", String.class)
            .getResultStream()
            .findFirst();
    return insertOrReplace(base, now) == 0 ? Optional.empty() : before;
  }

  private static int insertOrReplace(String base, Instant now) {
    return getEntityManager()
        .createNativeQuery(
            """
            insert into active_version as active (singleton, version, since) values (true, :base, :now)
            on conflict (singleton) do update set version = excluded.version, since = excluded.since
            where (select base from model_version where id = active.version) <> excluded.version""")
        .setParameter("base", base)
        .setParameter("now", now)
        .executeUpdate();
  }
}
