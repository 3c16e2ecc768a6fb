package dev.hone.alignment.dpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.alignment.PairLogProbs;
import dev.hone.model.SmallModel;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Golden numbers of src/test/python/dpo.py. */
class DpoLossTest {
  @Test
  void lossAndSlopesAreThoseOfPytorch() throws IOException {
    var golden = new JsonMapper().readTree(SmallModel.resource("golden/dpo/loss.json").toFile());
    assertThat(golden).hasSize(20);
    for (JsonNode row : golden) {
      var loss =
          DpoLoss.of(
              new PairLogProbs(number(row, 0), number(row, 1)),
              new PairLogProbs(number(row, 2), number(row, 3)),
              row.path("beta").asDouble(),
              row.path("labelSmoothing").asDouble());
      assertThat(loss.loss()).isCloseTo(row.path("loss").asDouble(), within(1e-6));
      assertThat(loss.slope()).isCloseTo(row.path("chosenSlope").asDouble(), within(1e-9));
      assertThat(-loss.slope()).isCloseTo(row.path("rejectedSlope").asDouble(), within(1e-9));
    }
  }

  private static double number(JsonNode row, int i) {
    return row.path("logProbs").get(i).asDouble();
  }

  @Test
  void rewardsMarginAndAccuracyFollowTheLogRatios() {
    var reference = new PairLogProbs(-10, -20);
    var better = DpoLoss.of(new PairLogProbs(-9, -23), reference, 0.1, 0);
    assertThat(better.chosenReward()).isCloseTo(0.1, within(1e-12));
    assertThat(better.rejectedReward()).isCloseTo(-0.3, within(1e-12));
    assertThat(better.margin()).isCloseTo(0.4, within(1e-12));
    assertThat(better.accuracy()).isEqualTo(1);
    assertThat(DpoLoss.of(new PairLogProbs(-11, -20), reference, 0.1, 0).accuracy()).isZero();
    var tie = DpoLoss.of(reference, reference, 0.1, 0);
    assertThat(tie.accuracy()).isEqualTo(0.5);
    assertThat(tie.loss()).isCloseTo(Math.log(2), within(1e-12));
  }
}
