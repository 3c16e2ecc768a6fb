package dev.hone.registry;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import org.hibernate.annotations.Immutable;

/** A model that this instance may answer with. Its row is written once; its weights are files. */
@Entity
@Immutable
@Table(name = "model_version")
class ModelVersion extends PanacheEntityBase {
  @Id String id;

  /** The untrained model that it comes from; its own id for that model. */
  String base;

  /** The version that it was trained from; null for an untrained model. */
  String parent;

  /** The round that made it; null for an untrained model. */
  String round;

  /** What its {@code manifest.json} must be; null for an untrained model. */
  @Column(name = "manifest_sha256")
  String manifestSha256;

  @Column(name = "created_at")
  Instant createdAt;

  static boolean exists(String id) {
    return count("id", id) > 0;
  }

  /** Oldest first, so that a parent stands before its children. */
  static List<ModelVersion> inOrder() {
    return list("order by createdAt, id");
  }

  static void insertIfAbsent(VersionFolder version, Instant now) {
    getEntityManager()
        .createNativeQuery(
            """
            insert into model_version (id, base, parent, round, manifest_sha256, created_at)
            values (:id, :base, :parent, :round, :manifest, :now)
            on conflict (id) do nothing""")
        .setParameter("id", version.manifest().id())
        .setParameter("base", version.manifest().base())
        .setParameter("parent", version.manifest().parent())
        .setParameter("round", version.manifest().round())
        .setParameter("manifest", version.manifestSha256())
        .setParameter("now", now)
        .executeUpdate();
  }

  VersionView view(String active) {
    return new VersionView(id, base, parent, round, manifestSha256, id.equals(active), createdAt);
  }

  static void insertBaseIfAbsent(String id, Instant now) {
    getEntityManager()
        .createNativeQuery(
            """
            insert into model_version (id, base, parent, created_at) values (:id, :id, null, :now)
            on conflict (id) do nothing""")
        .setParameter("id", id)
        .setParameter("now", now)
        .executeUpdate();
  }
}
