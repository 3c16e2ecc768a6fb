package dev.hone.chat;

import dev.hone.inference.LogitBias;
import dev.hone.model.Message;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.hibernate.annotations.Immutable;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/**
 * One answer of a model with everything training needs later: what was sent, what came back, token
 * by token, and how it was drawn. Written once when the answer ends, never changed.
 */
@Entity
@Immutable
public class Turn extends PanacheEntityBase {
  /** {@code <completion>-<choice>}. */
  @Id public String id;

  public String completion;
  public int choice;

  /** Null for a turn that came through the OpenAI API. */
  public UUID conversation;

  /** Position of the exchange within the conversation, from 0. */
  public Integer exchange;

  public String version;
  public String owner;

  /** What was really sent, after the window was respected. */
  @JdbcTypeCode(SqlTypes.JSON)
  public List<Message> messages;

  @Column(name = "prompt_token_ids")
  public int[] promptTokenIds;

  @Column(name = "prompt_hash")
  public String promptHash;

  public String response;

  @Column(name = "response_token_ids")
  public int[] responseTokenIds;

  /** Natural log, raw model, [responseLength]. */
  public float[] logprobs;

  /** Natural log, distribution drawn from, [responseLength]. */
  @Column(name = "sampled_logprobs")
  public float[] sampledLogprobs;

  @JdbcTypeCode(SqlTypes.JSON)
  public Sampling sampling;

  public long seed;

  @Column(name = "finish_reason")
  public String finishReason;

  @Column(name = "created_at")
  public Instant createdAt;

  /** How many exchanges before its own the model saw. */
  int exchangesShown() {
    return (int) messages.stream().filter(message -> message.role().equals("user")).count() - 1;
  }

  /** All answers of a conversation in the order in which they were drawn. */
  static List<Turn> of(UUID conversation) {
    return list("conversation = ?1 order by exchange, createdAt, choice", conversation);
  }

  /** The sampling parameters but for the seed, which has its own column. */
  public record Sampling(
      double temperature,
      double topP,
      int topK,
      double minP,
      int maxNewTokens,
      List<String> stop,
      LogitBias bias) {
    /** Turns of former releases say nothing of their bias: there was none. */
    public Sampling {
      bias = bias == null ? LogitBias.NONE : bias;
    }
  }
}
