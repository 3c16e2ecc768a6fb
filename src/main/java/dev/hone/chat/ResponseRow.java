package dev.hone.chat;

import dev.hone.model.Message;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.hibernate.annotations.Immutable;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/** A {@link KeptResponse} in the database. */
@Entity
@Immutable
@Table(name = "response")
public class ResponseRow extends PanacheEntityBase {
  @Id public String id;
  public String owner;

  @JdbcTypeCode(SqlTypes.JSON)
  public List<Message> messages;

  public String body;

  @Column(name = "created_at")
  public Instant createdAt;

  static Optional<ResponseRow> of(String id, String owner) {
    return find("id = ?1 and owner = ?2", id, owner).firstResultOptional();
  }

  static boolean remove(String id, String owner) {
    return delete("id = ?1 and owner = ?2", id, owner) > 0;
  }
}
