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
  void heldOutOnesAreASampleOfWhatIsNotLearntAndStandLast() {
    var learnt = prompts(0, 3);
    var others = prompts(2, 12).except(learnt);
    assertSays(others, 3, 4, 5, 6, 7, 8, 9, 10, 11);
    assertSays(others.sample(3), 3, 6, 9);
    assertSays(others.sample(64), 3, 4, 5, 6, 7, 8, 9, 10, 11);
    assertSays(others.sample(0));
    var all = learnt.followedBy(others.sample(3));
    assertSays(all, 0, 1, 2, 3, 6, 9);
    assertThat(all.leftOut()).isEqualTo(learnt.leftOut());
  }

  private static Prompts prompts(int from, int to) {
    return new Prompts(
        IntStream.range(from, to).mapToObj(i -> List.of(new Message("user", "" + i))).toList(),
        IntStream.range(from, to).mapToObj(i -> new int[] {i}).toList(),
        Map.of("prompt-too-long", to));
  }

  private static void assertSays(Prompts prompts, Integer... numbers) {
    assertThat(prompts.tokens()).extracting(tokens -> tokens[0]).containsExactly(numbers);
    assertThat(prompts.conversations())
        .extracting(conversation -> Integer.valueOf(conversation.getFirst().content()))
        .containsExactly(numbers);
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
