package dev.hone.alignment.ppo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class RewardsTest {
  @Test
  void scoresAndRewardsAreThoseOfPytorch() {
    var rows = Golden.rows("rewards");
    assertThat(rows).hasSize(4);
    for (JsonNode row : rows) {
      var estimator = KlEstimator.valueOf(row.path("estimator").asText().toUpperCase(Locale.ROOT));
      var shape =
          new ScoreShape(
              row.path("normalise").asBoolean(),
              row.path("clip").asDouble(),
              row.path("penalty").asDouble());
      double[] scores = Golden.numbers(row.path("scores"));
      var seen = RunningMoments.NONE.with(Golden.numbers(row.path("before"))).with(scores);
      var policy = Golden.responses(row.path("policy"));
      var reference = Golden.responses(row.path("reference"));
      for (int i = 0; i < scores.length; i++) {
        double score = shape.of(scores[i], row.path("ended").get(i).asBoolean(), seen);
        Golden.assertClose(score, row.path("shaped").get(i));
        var rewards =
            Rewards.of(
                estimator.ofAll(policy.get(i), reference.get(i)),
                row.path("coefficient").asDouble(),
                score);
        Golden.assertClose(rewards.tokens(), row.path("rewards").get(i));
        Golden.assertClose(rewards.kl(), row.path("kl").get(i));
        Golden.assertClose(rewards.total(), row.path("total").get(i));
      }
    }
  }

  @Test
  void aResponseOfOneTokenHasThePenaltyAndTheScoreOnIt() {
    var rewards = Rewards.of(new double[] {2}, 0.1, 3);
    assertThat(rewards.tokens()).containsExactly(2.8);
    assertThat(rewards.penalty()).isEqualTo(-0.2);
    assertThat(rewards.score()).isEqualTo(3);
  }

  @Test
  void aResponseThatDidNotEndLosesThePenaltyWhateverTheClip() {
    var shape = new ScoreShape(false, 2, 1);
    assertThat(shape.of(9, true, RunningMoments.NONE)).isEqualTo(2);
    assertThat(shape.of(9, false, RunningMoments.NONE)).isEqualTo(1);
    assertThat(shape.of(-9, false, RunningMoments.NONE)).isEqualTo(-3);
  }

  @Test
  void scoresThatAreAllTheSameAreNormalisedToZero() {
    var shape = new ScoreShape(true, 0, 0);
    var seen = RunningMoments.NONE.with(7, 7, 7);
    assertThat(shape.of(7, true, seen)).isCloseTo(0, within(1e-12));
  }
}
