package dev.hone.inference.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.RealModel;
import dev.hone.model.ChatFormat;
import dev.hone.model.Message;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoadPromptsTest {
  private static int words(List<Message> messages) {
    return messages.stream().mapToInt(message -> message.content().split(" ").length).sum();
  }

  @Test
  void aPromptHasAsManyTokensAsAskedFor() {
    var format = ChatFormat.load(RealModel.folder());
    var prompts = LoadPrompts.of(7, 128, messages -> format.prompt(messages).length);
    for (int i = 0; i < 20; i++) {
      assertThat(format.prompt(prompts.messages(i))).hasSizeBetween(126, 130);
    }
  }

  @Test
  void promptsDifferFromTheirFirstWordsOn() {
    var format = ChatFormat.load(RealModel.folder());
    var prompts = LoadPrompts.of(7, 128, messages -> format.prompt(messages).length);
    var beginnings = new HashSet<String>();
    for (int i = 0; i < 200; i++) {
      int[] prompt = format.prompt(prompts.messages(i));
      assertThat(beginnings.add(Arrays.toString(Arrays.copyOf(prompt, 16)))).isTrue();
    }
  }

  @Test
  void theSameSeedAsksTheSame() {
    var one = LoadPrompts.of(1, 50, LoadPromptsTest::words);
    assertThat(one.messages(3))
        .isEqualTo(LoadPrompts.of(1, 50, LoadPromptsTest::words).messages(3))
        .isNotEqualTo(LoadPrompts.of(2, 50, LoadPromptsTest::words).messages(3))
        .isNotEqualTo(one.messages(4));
    assertThat(words(one.messages(3))).isEqualTo(50);
  }

  @Test
  void aTemplateLongerThanThePromptLeavesNoRoom() {
    assertThatThrownBy(() -> LoadPrompts.of(1, 30, messages -> words(messages) + 29))
        .isInstanceOf(PromptTooShortException.class)
        .hasMessageContaining("29 tokens before there is a word");
  }
}
