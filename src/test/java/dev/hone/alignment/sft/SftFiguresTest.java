package dev.hone.alignment.sft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.alignment.Figures;
import dev.hone.alignment.TokenAnswer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SftFiguresTest {
  /** What others say between is read only. */
  @Test
  void areOfTheTokensThatAreLearnt() {
    var turns =
        TokenAnswer.of(new int[] {7}, new int[] {1, 2, 3}, true, new boolean[] {true, false, true});
    var other = TokenAnswer.of(new int[] {7}, new int[] {4}, true);
    // Log-probabilities, entropies, and which are the likeliest.
    float[] outputs = {-1, -2, -3, -4, 1, 10, 2, 3, 1, 1, 0, 1};
    var batch = List.of(turns, other);
    var figures = new Figures();
    float third = -1f / 3;
    assertThat(step(batch, outputs, figures))
        .containsExactly(third, 0, third, third, 0, 0, 0, 0, 0, 0, 0, 0);
    assertThat(figures.loss()).isEqualTo((1 + 3 + 4) / 3.0);
    assertThat(figures.metrics())
        .containsOnly(Map.entry("entropy", 2.0), Map.entry("mean_token_accuracy", 2 / 3.0));

    var plain = new Figures();
    float[] logProbs = Arrays.copyOf(outputs, 4);
    assertThat(step(batch, logProbs, plain)).containsExactly(third, 0, third, third);
    assertThat(plain.metrics()).isEmpty();
  }

  private static float[] step(List<TokenAnswer> batch, float[] outputs, Figures figures) {
    return new Sft(SftSettings.of(Map.of()))
        .objective(null)
        .step(batch, _ -> outputs)
        .slopes(batch, outputs, figures);
  }
}
