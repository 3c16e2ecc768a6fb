package dev.hone.alignment.dpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.model.SmallModel;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Golden numbers of src/test/python/dpo.py, and of trl_golden.py. */
class DpoLossTest {
  @Test
  void lossAndSlopesAreThoseOfPytorch() throws IOException {
    var golden = new JsonMapper().readTree(SmallModel.resource("golden/dpo/loss.json").toFile());
    assertThat(golden).hasSize(68);
    for (JsonNode row : golden) {
      var loss =
          DpoLoss.of(
              new DpoLoss.Scores(number(row, 0), number(row, 1)),
              new DpoLoss.Scores(number(row, 2), number(row, 3)),
              new DpoLoss.Options(
                  Loss.valueOf(row.path("kind").asText()),
                  row.path("beta").asDouble(),
                  row.path("labelSmoothing").asDouble(),
                  row.path("targetMargin").asDouble()));
      var what = row.toString();
      assertThat(loss.loss()).as(what).isCloseTo(row.path("loss").asDouble(), within(1e-6));
      assertThat(loss.chosenSlope()).as(what).isCloseTo(slope(row, "chosen"), within(1e-9));
      assertThat(loss.rejectedSlope()).as(what).isCloseTo(slope(row, "rejected"), within(1e-9));
    }
  }

  /** SimPO, and what ORPO adds to the chosen answer's likelihood; TRL has the odds in f32. */
  @Test
  void lossesWithoutAReferenceAreThoseOfTrl() throws IOException {
    var golden = new JsonMapper().readTree(SmallModel.resource("golden/trl/pairs.json").toFile());
    assertThat(golden).hasSize(8);
    for (JsonNode row : golden) {
      boolean simpo = row.path("kind").asText().equals("simpo");
      var options =
          simpo
              ? new DpoLoss.Options(Loss.SIMPO, 2, 0.1, 0.5)
              : new DpoLoss.Options(Loss.ORPO, 0.1, 0, 0);
      double chosen = row.path("chosen").asDouble();
      var scores = new DpoLoss.Scores(chosen, row.path("rejected").asDouble());
      var loss = DpoLoss.of(scores, new DpoLoss.Scores(0, 0), options);
      double likelihood = simpo ? 0 : -chosen;
      double itsSlope = simpo ? 0 : -1;
      var what = row.toString();
      assertThat(loss.loss() - likelihood)
          .as(what)
          .isCloseTo(row.path("loss").asDouble(), within(1e-6));
      assertThat(loss.chosenSlope() - itsSlope)
          .as(what)
          .isCloseTo(row.path("slopes").get(0).asDouble(), within(1e-5));
      assertThat(loss.rejectedSlope())
          .as(what)
          .isCloseTo(row.path("slopes").get(1).asDouble(), within(1e-5));
    }
  }

  private static double slope(JsonNode row, String answer) {
    return row.path(answer + "Slope").asDouble();
  }

  private static double number(JsonNode row, int i) {
    return row.path("logProbs").get(i).asDouble();
  }

  @Test
  void rewardsMarginAndAccuracyFollowTheLogRatios() {
    var plain = new DpoLoss.Options(Loss.SIGMOID, 0.1, 0, 0);
    var reference = new DpoLoss.Scores(-10, -20);
    var better = DpoLoss.of(new DpoLoss.Scores(-9, -23), reference, plain);
    assertThat(better.chosenReward()).isCloseTo(0.1, within(1e-12));
    assertThat(better.rejectedReward()).isCloseTo(-0.3, within(1e-12));
    assertThat(better.margin()).isCloseTo(0.4, within(1e-12));
    assertThat(better.accuracy()).isEqualTo(1);
    assertThat(DpoLoss.of(new DpoLoss.Scores(-11, -20), reference, plain).accuracy()).isZero();
    var tie = DpoLoss.of(reference, reference, plain);
    assertThat(tie.accuracy()).isEqualTo(0.5);
    assertThat(tie.loss()).isCloseTo(Math.log(2), within(1e-12));
  }

  /** Short answers learnt by heart: in f32 the log-probability is 0, and the odds have no bound. */
  @Test
  void oddsOfWhatIsCertainHaveABound() {
    var options = new DpoLoss.Options(Loss.ORPO, 0.1, 0, 0);
    var unused = new DpoLoss.Scores(0, 0);
    for (var scores :
        List.of(new DpoLoss.Scores(0, -2), new DpoLoss.Scores(-2, 0), new DpoLoss.Scores(0, 0))) {
      var loss = DpoLoss.of(scores, unused, options);
      assertThat(
              List.of(
                  loss.loss(),
                  loss.chosenReward(),
                  loss.rejectedReward(),
                  loss.chosenSlope(),
                  loss.rejectedSlope()))
          .allSatisfy(value -> assertThat(value).isFinite());
    }
  }
}
