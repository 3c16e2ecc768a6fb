package dev.hone.chat;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A chat in the page. Its exchanges and turns say what was said. */
@Entity
public class Conversation extends PanacheEntityBase {
  @Id public UUID id;
  public String owner;
  public String title;

  @Column(name = "created_at")
  public Instant createdAt;

  @Column(name = "updated_at")
  public Instant updatedAt;

  /** Set when its owner deleted it. Nobody sees it any more; its turns and votes stay. */
  @Column(name = "deleted_at")
  public Instant deletedAt;

  static List<Conversation> ofOwner(String owner) {
    return list("owner = ?1 and deletedAt is null order by updatedAt desc", owner);
  }

  static Optional<Conversation> ofOwner(UUID id, String owner) {
    return find("id = ?1 and owner = ?2 and deletedAt is null", id, owner).firstResultOptional();
  }

  static void touch(UUID id, Instant now) {
    update("updatedAt = ?1 where id = ?2", now, id);
  }
}
