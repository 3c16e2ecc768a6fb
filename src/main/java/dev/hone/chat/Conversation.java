package dev.hone.chat;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.time.Instant;
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
}
