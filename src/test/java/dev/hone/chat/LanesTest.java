package dev.hone.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LanesTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private final Lanes lanes = new Lanes();
  private final UUID conversation = UUID.randomUUID();

  @Test
  void aSecondMessageIsRefusedWhileTheFirstIsAnswered() {
    lanes.enter(conversation, LONG);
    assertThatThrownBy(() -> lanes.enter(conversation, Duration.ofMillis(1)))
        .isInstanceOfSatisfying(
            ChatException.class,
            e -> assertThat(e.reason()).isEqualTo(ChatException.Reason.CONVERSATION_BUSY));
    lanes.enter(UUID.randomUUID(), Duration.ZERO).close();
  }

  @Test
  void aSecondMessageGoesOnAsSoonAsTheFirstIsAnswered() throws Exception {
    var first = lanes.enter(conversation, LONG);
    var second = CompletableFuture.supplyAsync(() -> lanes.enter(conversation, LONG));
    first.close();
    second.get(20, TimeUnit.SECONDS).close();
    lanes.enter(conversation, Duration.ZERO).close();
  }
}
