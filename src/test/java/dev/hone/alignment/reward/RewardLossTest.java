package dev.hone.alignment.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.alignment.Figures;
import dev.hone.alignment.TokenRanking;
import dev.hone.alignment.reward.RewardLoss.Options;
import dev.hone.model.SmallModel;
import java.io.IOException;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** Golden numbers of src/test/python/reward.py. */
class RewardLossTest {
  private static final Options PLAIN = new Options(0, 0, 0);

  @Test
  void lossAndSlopesAreThoseOfPytorch() throws IOException {
    var golden = new JsonMapper().readTree(SmallModel.resource("golden/reward/loss.json").toFile());
    assertThat(golden).hasSize(35);
    for (JsonNode row : golden) {
      var options =
          new Options(
              row.path("margin").asDouble(),
              row.path("labelSmoothing").asDouble(),
              row.path("centring").asDouble());
      var loss = RewardLoss.of(numbers(row.path("rewards")), numbers(row.path("ratings")), options);
      double expected = row.path("loss").asDouble();
      assertThat(loss.loss()).as("%s", row).isCloseTo(expected, within(1e-9 * (1 + expected)));
      assertThat(loss.slopes())
          .as("%s", row)
          .containsExactly(numbers(row.path("slopes")), within(1e-9));
    }
  }

  private static double[] numbers(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false)
        .mapToDouble(JsonNode::asDouble)
        .toArray();
  }

  @Test
  void aPromptWeighsTheSameHoweverManyAnswersItHas() {
    var two = RewardLoss.of(new double[] {0, 0}, new double[] {1, 0}, PLAIN);
    var four = RewardLoss.of(new double[4], new double[] {4, 3, 2, 1}, PLAIN);
    assertThat(two.loss()).isCloseTo(Math.log(2), within(1e-12));
    assertThat(four.loss()).isCloseTo(Math.log(2), within(1e-12));
    assertThat(four.slopes())
        .containsExactly(new double[] {-0.25, -0.25 / 3, 0.25 / 3, 0.25}, within(1e-12));
  }

  @Test
  void tiedAnswersFormNoPair() {
    double[] rewards = {3, -2, 5};
    var loss = RewardLoss.of(rewards, new double[] {0, 0, 1}, PLAIN);
    assertThat(loss.margin()).isEqualTo((2 + 7) / 2.0);
    assertThat(loss.accuracy()).isEqualTo(1);
  }

  @Test
  void figuresAreMeansOverThePromptsUnderTheirUsualNames() {
    var rankings =
        List.of(
            ranking(1, 0), // rewards 2 and 1: right
            ranking(3, 2, 1)); // rewards -1, 0 and 0: two wrong, one tie
    var losses = RewardLoss.ofAll(new double[] {2, 1, -1, 0, 0}, rankings, PLAIN);
    var figures = new Figures();
    RewardLoss.tell(losses.subList(0, 1), figures);
    RewardLoss.tell(losses.subList(1, 2), figures);
    assertThat(figures.loss()).isEqualTo((losses.get(0).loss() + losses.get(1).loss()) / 2);
    assertThat(figures.metrics())
        .containsExactly(
            entry("accuracy", (1 + 0.5 / 3) / 2),
            entry("margin", (1 - 2 / 3.0) / 2),
            entry("min_reward", -1.0),
            entry("mean_reward", 2 / 5.0),
            entry("max_reward", 2.0));
  }

  @Test
  void slopesAreInTheAnswersOrderAndOfTheMeanOverAllPrompts() {
    var rankings = List.of(ranking(1, 0), ranking(1, 2));
    var losses = RewardLoss.ofAll(new double[4], rankings, PLAIN);
    assertThat(RewardLoss.slopes(losses, 4)).containsExactly(-0.125, 0.125, 0.125, -0.125);
  }

  private static TokenRanking ranking(double... ratings) {
    int[][] answers = new int[ratings.length][1];
    return TokenRanking.of(new int[1], List.of(answers), ratings);
  }
}
