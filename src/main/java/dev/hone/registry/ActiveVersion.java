package dev.hone.registry;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

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

  static void insertIfAbsent(String version, Instant now) {
    getEntityManager()
        .createNativeQuery(
            """
            insert into active_version (singleton, version, since) values (true, :version, :now)
            on conflict (singleton) do nothing""")
        .setParameter("version", version)
        .setParameter("now", now)
        .executeUpdate();
  }
}
