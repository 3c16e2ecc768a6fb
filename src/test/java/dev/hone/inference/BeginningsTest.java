package dev.hone.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.inference.Beginnings.Prompt;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class BeginningsTest {
  private static final String SYSTEM = "You are a helpful assistant. ".repeat(4);

  private final Beginnings beginnings = new Beginnings();

  @Test
  void whatGoesOnFromAWholePromptIsOfItsConversation() {
    given("Hi!", 1);
    given("How are you?", 2);
    assertThat(engineOf("Hi! Hello. What is new?")).hasValue(1);
    assertThat(engineOf("How are you? Well. And you?")).hasValue(2);
    assertThat(engineOf("Hi?")).isEmpty();
  }

  @Test
  void whatSharesWholeBlocksIsOfTheConversationThatSharesMost() {
    given(SYSTEM + "One question, and more than a block of it.", 1);
    given(SYSTEM + "Another question, and more than a block of it.", 2);
    assertThat(engineOf(SYSTEM + "One question, and more than a block? Yes.")).hasValue(1);
    assertThat(engineOf(SYSTEM + "Another question, and more than a block? Yes.")).hasValue(2);
  }

  @Test
  void whereManyGoOnInTheirOwnWaysNoneIsOfOneConversation() {
    given(SYSTEM + "Hi!", 1);
    for (int i = 0; i < Beginnings.OF_ONE; i++) {
      assertThat(engineOf(SYSTEM + "Question " + i)).hasValue(1);
    }
    assertThat(engineOf(SYSTEM + "One question more")).isEmpty();
    assertThat(engineOf(SYSTEM + "Hi! Hello. What is new?")).hasValue(1);
  }

  @Test
  void theSamePromptIsKnownHoweverOftenItComes() {
    given("Hi!", 1);
    for (int i = 0; i < 3 * Beginnings.OF_ONE; i++) {
      assertThat(engineOf("Hi!")).hasValue(1);
    }
  }

  @Test
  void whoWasGivenAPromptLastHasIt() {
    given("Hi!", 1);
    given("Hi!", 2);
    assertThat(engineOf("Hi! Hello.")).hasValue(2);
  }

  @Test
  void versionsShareNothing() {
    given("Hi!", 1);
    assertThat(beginnings.engineOf(Prompt.of("other", ByteTokenizer.encode("Hi!")))).isEmpty();
  }

  @Test
  void whatNobodyAskedForLatelyIsForgotten() {
    given("first", 1);
    given("asked for", 1);
    for (int i = 0; i < 1 << 16; i++) {
      given("prompt " + i, 2);
      if (i % 1_000 == 0) {
        assertThat(engineOf("asked for")).hasValue(1);
      }
    }
    assertThat(engineOf("first")).isEmpty();
    assertThat(engineOf("prompt 65535")).hasValue(2);
  }

  private void given(String prompt, int engine) {
    beginnings.given(prompt(prompt), engine);
  }

  private OptionalInt engineOf(String prompt) {
    return beginnings.engineOf(prompt(prompt));
  }

  private static Prompt prompt(String text) {
    return Prompt.of("base", ByteTokenizer.encode(text));
  }
}
