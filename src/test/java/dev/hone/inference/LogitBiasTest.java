package dev.hone.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LogitBiasTest {
  private static final int[] END = {3};

  /** Token 1 twice, token 2 once. */
  private static final Map<Integer, Integer> ANSWERED = Map.of(1, 2, 2, 1);

  /** Those, and 0 and 4 in the prompt. */
  private static final Set<Integer> SAID = Set.of(0, 1, 2, 4);

  @Test
  void frequencyCountsEachTimeAndPresenceOnce() {
    assertThat(applied(new LogitBias(0.5, 0.25, 1, Map.of(), 0, false)))
        .containsExactly(1, -0.25f, -1.75f, 2, -2);
    assertThat(applied(new LogitBias(-0.5, 0, 1, Map.of(), 0, false)))
        .containsExactly(1, 2, -0.5f, 2, -2);
  }

  @Test
  void repetitionPullsTowardsLessWhateverTheSignAndCountsThePrompt() {
    assertThat(applied(new LogitBias(0, 0, 2, Map.of(), 0, false)))
        .containsExactly(0.5f, 0.5f, -2, 2, -4);
  }

  @Test
  void aBiasIsAddedAndMinusAHundredForbids() {
    assertThat(applied(new LogitBias(0, 0, 1, Map.of(0, 1.5, 2, -100.0), 0, false)))
        .containsExactly(2.5f, 1, Float.NEGATIVE_INFINITY, 2, -2);
  }

  @Test
  void theEndWaitsForTheLeastNumberOfTokens() {
    var bias = new LogitBias(0, 0, 1, Map.of(), 4, false);
    assertThat(shaping(bias, 3).changesNothing()).isFalse();
    assertThat(applied(bias)).containsExactly(1, 1, -1, Float.NEGATIVE_INFINITY, -2);
    assertThat(shaping(bias, 4).changesNothing()).isTrue();
  }

  @Test
  void whatIsOutOfRangeIsRefused() {
    assertThatThrownBy(() -> new LogitBias(2.1, 0, 1, Map.of(), 0, false))
        .hasMessageContaining("frequency_penalty");
    assertThatThrownBy(() -> new LogitBias(0, Double.NaN, 1, Map.of(), 0, false))
        .hasMessageContaining("presence_penalty");
    assertThatThrownBy(() -> new LogitBias(0, 0, 0, Map.of(), 0, false))
        .hasMessageContaining("repetition_penalty");
    assertThatThrownBy(() -> new LogitBias(0, 0, 1, Map.of(1, 101.0), 0, false))
        .hasMessageContaining("logit_bias");
    assertThatThrownBy(() -> new LogitBias(0, 0, 1, Map.of(), -1, false))
        .hasMessageContaining("min_tokens");
  }

  private static float[] applied(LogitBias bias) {
    float[] logits = {1, 1, -1, 2, -2};
    return shaping(bias, 3).applied(logits);
  }

  private static Shaping shaping(LogitBias bias, int answered) {
    return new Shaping(1, bias.edits(SAID, ANSWERED, answered, END), Optional.empty());
  }
}
