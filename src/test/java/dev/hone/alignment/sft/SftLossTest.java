package dev.hone.alignment.sft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hone.alignment.TokenAnswer;
import java.util.List;
import org.junit.jupiter.api.Test;

class SftLossTest {
  private static final int[] PROMPT = {1};

  /** Of two turns, between which somebody else speaks. */
  private static final TokenAnswer TURNS =
      TokenAnswer.of(PROMPT, new int[] {2, 3, 4}, true, new boolean[] {true, false, true});

  private static final TokenAnswer WHOLE = TokenAnswer.of(PROMPT, new int[] {5, 6}, true);

  @Test
  void onlyTheAssistantsTokensAreLearnt() {
    var loss = SftLoss.of(List.of(TURNS, WHOLE), new float[] {-1, -9, -2, -3, -4}, 4, 1);
    assertThat(loss.sum()).isEqualTo(10);
    assertThat(loss.tokens()).isEqualTo(4);
    assertThat(loss.slopes()).containsExactly(-0.25f, 0, -0.25f, -0.25f, -0.25f);
  }

  @Test
  void partsOfAStepAddUpAndAWeightCountsInTheSlopesAlone() {
    float[] logProbs = {-0.5f, -1.5f};
    var part = SftLoss.of(List.of(WHOLE), logProbs, 10, 0.5);
    assertThat(part.sum()).isEqualTo(2);
    assertThat(part.slopes()).containsExactly(new float[] {-0.05f, -0.05f}, within(1e-9f));
  }
}
