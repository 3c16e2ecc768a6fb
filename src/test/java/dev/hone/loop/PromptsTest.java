package dev.hone.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.alignment.TokenAnswer;
import dev.hone.model.Message;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PromptsTest {
  @Test
  void theLastOnesAreASampleOfAll() {
    var prompts =
        new Prompts(
            IntStream.range(0, 10).mapToObj(i -> List.of(new Message("user", "" + i))).toList(),
            IntStream.range(0, 10).mapToObj(i -> new int[] {i}).toList(),
            Map.of("prompt-too-long", 1));
    var moved = prompts.withLast(3);
    assertThat(moved.tokens())
        .extracting(tokens -> tokens[0])
        .containsExactly(1, 2, 4, 5, 7, 8, 9, 0, 3, 6);
    assertThat(moved.conversations())
        .extracting(conversation -> conversation.getFirst().content())
        .containsExactly("1", "2", "4", "5", "7", "8", "9", "0", "3", "6");
    assertThat(moved.leftOut()).isEqualTo(prompts.leftOut());
    assertThat(prompts.withLast(0).tokens()).isEqualTo(prompts.tokens());
  }

  @Test
  void aDemonstrationShowsHowToAnswerWhatItGoesThrough() {
    int[] asked = {1, 5, 6, 7, 2};
    assertThat(shows(asked, new int[] {1, 5, 6, 7, 2}, 9, 3)).isTrue();
    // Its beginning was cut, to leave room for a long answer.
    assertThat(shows(asked, new int[] {6, 7, 2}, 9, 3)).isTrue();
    // Of several turns: the prompt ends before the last answer.
    assertThat(shows(asked, new int[] {1, 5}, 6, 7, 2, 9)).isTrue();
    assertThat(shows(asked, new int[] {1, 5, 6, 2}, 9, 3)).isFalse();
    assertThat(shows(asked, new int[] {1, 5, 6, 7, 2, 2}, 9, 3)).isTrue();
    assertThat(shows(asked, new int[] {1, 5, 6}, 7)).isFalse();
  }

  private static boolean shows(int[] asked, int[] prompt, int... answer) {
    return RewardedMethod.showsHow(TokenAnswer.of(prompt, answer, true), asked);
  }
}
