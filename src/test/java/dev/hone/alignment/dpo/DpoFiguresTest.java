package dev.hone.alignment.dpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.alignment.Figures;
import dev.hone.alignment.TokenPair;
import dev.hone.model.SmallModel;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DpoFiguresTest {
  private static final List<double[]> NO_REFERENCE = List.of(new double[2]);

  /** TRL says beta times the ratio (src/test/python/trl_golden.py). */
  @Test
  void orposOddsAreThoseOfTrl() throws IOException {
    var golden = new JsonMapper().readTree(SmallModel.resource("golden/trl/pairs.json").toFile());
    var orpo = new Dpo(DpoSettings.of(Map.of("loss", "orpo")));
    int found = 0;
    for (JsonNode row : golden) {
      if (row.path("kind").asText().equals("orpoOdds")) {
        float chosen = (float) row.path("chosen").asDouble();
        float rejected = (float) row.path("rejected").asDouble();
        var figures = new Figures();
        orpo.slopes(pairs(1, 1), NO_REFERENCE, 1, new float[] {chosen, rejected}, figures);
        double ratio = -row.path("loss").asDouble() / 0.1;
        assertThat(figures.metrics().get("nll_loss")).isEqualTo(-chosen);
        assertThat(figures.metrics().get("log_odds_ratio")).isCloseTo(ratio, within(1e-5));
        found++;
        // log sigmoid(x) = ratio
        double odds = -Math.log(Math.expm1(-ratio));
        assertThat(figures.metrics().get("log_odds_chosen")).isCloseTo(odds, within(1e-5));
      }
    }
    assertThat(found).isEqualTo(4);
  }

  @Test
  void entropiesAreOfAllTokensAndTheLikeliestOfTheChosenAnswers() {
    var dpo = new Dpo(DpoSettings.of(Map.of()));
    // Log-probabilities, entropies, and which are the likeliest.
    float[] outputs = {-1, -1, -2, -2, -2, 1, 2, 3, 4, 5, 1, 0, 1, 1, 1};
    var figures = new Figures();
    float[] slopes = dpo.slopes(pairs(2, 3), NO_REFERENCE, 1, outputs, figures);
    assertThat(figures.metrics())
        .containsEntry("entropy", 3.0)
        .containsEntry("mean_token_accuracy", 0.5);
    assertThat(slopes).hasSize(15).endsWith(new float[10]);

    var plain = new Figures();
    float[] logProbs = Arrays.copyOf(outputs, 5);
    assertThat(dpo.slopes(pairs(2, 3), NO_REFERENCE, 1, logProbs, plain)).hasSize(5);
    assertThat(plain.metrics()).doesNotContainKeys("entropy", "mean_token_accuracy");
  }

  private static List<TokenPair> pairs(int chosen, int rejected) {
    return List.of(TokenPair.of(new int[] {7}, new int[chosen], new int[rejected]));
  }
}
