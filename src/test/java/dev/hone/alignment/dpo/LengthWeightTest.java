package dev.hone.alignment.dpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.alignment.Figures;
import dev.hone.alignment.TokenPair;
import dev.hone.model.SmallModel;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Golden numbers of src/test/python/dpo.py. */
class LengthWeightTest {
  private static final JsonMapper JSON = new JsonMapper();

  @Test
  void lossAndSlopesOfTokensAreThoseOfPytorch() throws IOException {
    var golden = JSON.readTree(SmallModel.resource("golden/dpo/length.json").toFile());
    assertThat(golden).hasSize(27);
    for (JsonNode row : golden) {
      var dpo = new Dpo(settings(row));
      float[][] policy = numbers(row.path("policy"));
      float[][] reference = numbers(row.path("reference"));
      var pairs =
          List.of(TokenPair.of(new int[1], new int[policy[0].length], new int[policy[1].length]));
      double[] expected = dpo.weights(pairs).scores(joined(reference));
      var figures = new Figures();
      float[] slopes = dpo.slopes(pairs, List.of(expected), 1, joined(policy), figures);

      var what = row.toString();
      assertThat(figures.loss()).as(what).isCloseTo(row.path("loss").asDouble(), within(1e-9));
      assertThat(slopes)
          .as(what)
          .containsExactly(joined(numbers(row.path("slopes"))), within(1e-7f));
    }
  }

  private static DpoSettings settings(JsonNode row) {
    return DpoSettings.of(
        Map.of(
            "loss", row.path("kind").asText().toLowerCase(Locale.ROOT),
            "beta", row.path("beta").asText(),
            "labelSmoothing", row.path("labelSmoothing").asText(),
            "lengthWeight", row.path("lengthWeight").asText()));
  }

  /** Of the chosen answer's tokens and of the rejected one's. */
  private static float[][] numbers(JsonNode rows) {
    return JSON.convertValue(rows, float[][].class);
  }

  private static float[] joined(float[][] parts) {
    float[] all = new float[parts[0].length + parts[1].length];
    System.arraycopy(parts[0], 0, all, 0, parts[0].length);
    System.arraycopy(parts[1], 0, all, parts[0].length, parts[1].length);
    return all;
  }
}
