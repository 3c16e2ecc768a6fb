package dev.hone.preference;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.hibernate.annotations.Immutable;

/** The row of a file of preferences that someone brought in. */
@Entity
@Immutable
@Table(name = "preference_import")
class PreferenceImport extends PanacheEntityBase {
  @Id UUID id;
  String owner;

  @Column(name = "file_name")
  String fileName;

  String format;

  /** Of the bytes as they came, in hex. */
  String sha256;

  /** Lines but for empty ones. */
  int total;

  int imported;
  int duplicates;
  int rejected;

  @Column(name = "created_at")
  Instant createdAt;

  static List<PreferenceImport> inOrder() {
    return list("order by createdAt, id");
  }
}
