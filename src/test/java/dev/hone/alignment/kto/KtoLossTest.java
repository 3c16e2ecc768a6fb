package dev.hone.alignment.kto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.alignment.TokenAnswer;
import dev.hone.model.SmallModel;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KtoLossTest {
  /** Golden numbers of src/test/python/dpo.py. */
  @Test
  void lossAndSlopeAreThoseOfPytorch() throws IOException {
    var golden = new JsonMapper().readTree(SmallModel.resource("golden/dpo/kto.json").toFile());
    assertThat(golden).hasSize(30);
    for (JsonNode row : golden) {
      String weight = row.path("weight").asText();
      var settings =
          KtoSettings.of(
              Map.of(
                  "beta", row.path("beta").asText(),
                  "desirableWeight", weight,
                  "undesirableWeight", weight));
      var loss =
          KtoLoss.of(
              row.path("good").asBoolean(),
              row.path("ratio").asDouble(),
              row.path("kl").asDouble(),
              settings);
      assertThat(loss.loss()).isCloseTo(row.path("loss").asDouble(), within(1e-9));
      assertThat(loss.slope()).isCloseTo(row.path("slope").asDouble(), within(1e-9));
    }
  }

  @Test
  void theReferencePointTakesTheNextOnesAnswer() {
    var mixed =
        Kto.mismatched(
            List.of(
                TokenAnswer.of(new int[] {1, 2, 3}, new int[] {4}, true),
                TokenAnswer.of(new int[] {5}, new int[] {6, 7, 8}, false)),
            /* maxTokens= */ 5);
    assertThat(mixed.getFirst().prompt()).containsExactly(1, 2, 3);
    assertThat(mixed.getFirst().answer()).containsExactly(6, 7);
    assertThat(mixed.getLast().prompt()).containsExactly(5);
    assertThat(mixed.getLast().answer()).containsExactly(4);
  }
}
