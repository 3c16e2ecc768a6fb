package dev.hone.chat;

import dev.hone.inference.LogitBias;
import dev.hone.model.Message;
import io.quarkus.narayana.jta.QuarkusTransaction;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Answers in the database, without a model that gave them. */
public final class StoredTurns {
  private StoredTurns() {}

  /**
   * Stores answers to one prompt that nobody else's test has.
   *
   * @return the ids {@code <completion>-0}, {@code <completion>-1}, ...
   */
  public static List<String> answer(String prompt, String... texts) {
    return answerIn(null, prompt, texts);
  }

  /**
   * @param conversation null for none
   */
  public static List<String> answerIn(UUID conversation, String prompt, String... texts) {
    String completion = "chatcmpl-" + UUID.randomUUID();
    String promptHash = UUID.randomUUID().toString();
    return QuarkusTransaction.requiringNew()
        .call(
            () -> {
              for (int choice = 0; choice < texts.length; choice++) {
                var turn = new Turn();
                turn.completion = completion;
                turn.choice = choice;
                turn.id = completion + "-" + choice;
                turn.conversation = conversation;
                turn.exchange = conversation == null ? null : 0;
                turn.version = "test";
                turn.owner = "local";
                turn.messages = List.of(new Message("user", prompt));
                turn.promptTokenIds = new int[] {1, 2};
                turn.promptHash = promptHash;
                turn.response = texts[choice];
                turn.responseTokenIds = new int[] {3};
                turn.logprobs = new float[] {-0.5f};
                turn.sampledLogprobs = new float[] {-0.5f};
                turn.sampling = new Turn.Sampling(1, 1, 0, 0, 16, List.of(), LogitBias.NONE);
                turn.seed = choice;
                turn.finishReason = "stop";
                turn.createdAt = Instant.now();
                turn.persist();
              }
              return Turn.<Turn>list("completion = ?1 order by choice", completion).stream()
                  .map(turn -> turn.id)
                  .toList();
            });
  }

  public static UUID conversation() {
    return QuarkusTransaction.requiringNew()
        .call(
            () -> {
              var conversation = new Conversation();
              conversation.id = UUID.randomUUID();
              conversation.owner = "local";
              conversation.title = "A test";
              conversation.createdAt = Instant.now();
              conversation.updatedAt = conversation.createdAt;
              conversation.persist();
              return conversation.id;
            });
  }
}
