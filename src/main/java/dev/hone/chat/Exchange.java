package dev.hone.chat;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import java.io.Serializable;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/** A user's message in a conversation and the answer that the conversation goes on with. */
@Entity
@IdClass(Exchange.Key.class)
public class Exchange extends PanacheEntityBase {
  @Id public UUID conversation;
  @Id public int position;
  public String message;

  /** Id of a turn; null until one is there, and with several until one is picked. */
  public String chosen;

  @Column(name = "created_at")
  public Instant createdAt;

  static List<Exchange> of(UUID conversation) {
    return list("conversation = ?1 order by position", conversation);
  }

  static Optional<Exchange> at(Place place) {
    return findByIdOptional(new Key(place.conversation(), place.position()));
  }

  static void choose(Place place, String turn) {
    update(
        "chosen = ?1 where conversation = ?2 and position = ?3",
        turn,
        place.conversation(),
        place.position());
  }

  static void remove(Place place) {
    delete("conversation = ?1 and position = ?2", place.conversation(), place.position());
  }

  /** The primary key, as JPA wants it. */
  public static final class Key implements Serializable {
    private UUID conversation;
    private int position;

    public Key() {}

    Key(UUID conversation, int position) {
      this.conversation = conversation;
      this.position = position;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Key key
          && position == key.position
          && Objects.equals(conversation, key.conversation);
    }

    @Override
    public int hashCode() {
      return Objects.hash(conversation, position);
    }
  }
}
