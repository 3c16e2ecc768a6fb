package dev.hone.alignment.sft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.alignment.Figures;
import dev.hone.alignment.TokenAnswer;
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
    float[] logProbs = {-1, -2, -3, -4};
    float[] entropies = {1, 10, 2, 3};
    float[] likeliest = {1, 1, 0, 1};
    float[] outputs = new float[12];
    System.arraycopy(logProbs, 0, outputs, 0, 4);
    System.arraycopy(entropies, 0, outputs, 4, 4);
    System.arraycopy(likeliest, 0, outputs, 8, 4);
    var batch = List.of(turns, other);
    var figures = new Figures();
    float third = -1f / 3;
    assertThat(step(batch, outputs, figures))
        .containsExactly(third, 0, third, third, 0, 0, 0, 0, 0, 0, 0, 0);
    assertThat(figures.loss()).isEqualTo((1 + 3 + 4) / 3.0);
    assertThat(figures.metrics())
        .containsOnly(Map.entry("entropy", 2.0), Map.entry("mean_token_accuracy", 2 / 3.0));

    var plain = new Figures();
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
