package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ChatHistoryTest {
  private final ChatHistory history = new ChatHistory();

  @Test
  void theOldestExchangesGoAndTheInstructionsStay() {
    history.instruct("be brief");
    history.say("user", "one");
    history.say("assistant", "1");
    history.say("user", "two");
    history.say("assistant", "2");
    history.say("user", "three");
    assertThat(history.forgetOldest()).isTrue();
    assertThat(history.messages().findValuesAsText("content"))
        .containsExactly("be brief", "two", "2", "three");
    assertThat(history.forgetOldest()).isTrue();
    assertThat(history.forgetOldest()).isFalse();
    assertThat(history.messages().findValuesAsText("content")).containsExactly("be brief", "three");
  }

  @Test
  void aFirstQuestionIsNeverForgotten() {
    history.say("user", "one");
    assertThat(history.forgetOldest()).isFalse();
    assertThat(history.messages()).hasSize(1);
  }
}
