package dev.hone.alignment.ppo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdvantagesTest {
  @Test
  void allKindsAndTargetsAreThoseOfPytorch() {
    var rows = Golden.rows("advantages");
    assertThat(rows).hasSize(5);
    for (JsonNode row : rows) {
      var advantages = new Advantages(row.path("gamma").asDouble(), row.path("lambda").asDouble());
      var rewards = Golden.responses(row.path("rewards"));
      var values = Golden.responses(row.path("values"));
      for (int i = 0; i < rewards.size(); i++) {
        for (var kind : AdvantageKind.values()) {
          Golden.assertClose(
              advantages.of(kind, rewards.get(i), values.get(i)), row.path(kind.name()).get(i));
        }
        for (var target : ValueTarget.values()) {
          Golden.assertClose(
              advantages.targets(target, rewards.get(i), values.get(i)),
              row.path("targets").path(target.name()).get(i));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 0.95, 40", "0.99, 0.9, 40", "0.9, 0, 7", "0.7, 1, 7", "1, 1, 1"})
  void backwardsInOnePassIsTheDefinitionsDoubleSum(double gamma, double lambda, int tokens) {
    var random = new SplittableRandom(5);
    double[] rewards = random.doubles(tokens, -2, 2).toArray();
    double[] values = random.doubles(tokens, -2, 2).toArray();
    double[] returns = new double[tokens];
    double[] gae = new double[tokens];
    for (int t = 0; t < tokens; t++) {
      for (int l = 0; t + l < tokens; l++) {
        double next = t + l + 1 < tokens ? values[t + l + 1] : 0;
        double residual = rewards[t + l] + gamma * next - values[t + l];
        returns[t] += Math.pow(gamma, l) * rewards[t + l];
        gae[t] += Math.pow(gamma * lambda, l) * residual;
      }
    }
    var advantages = new Advantages(gamma, lambda);
    var whole = advantages.of(AdvantageKind.RETURN, rewards, values);
    var toGo = advantages.of(AdvantageKind.RETURN_TO_GO_WITH_BASELINE, rewards, values);
    var generalised = advantages.of(AdvantageKind.GAE, rewards, values);
    var target = advantages.targets(ValueTarget.GAE, rewards, values);
    for (int t = 0; t < tokens; t++) {
      assertThat(whole[t]).isCloseTo(returns[0], within(1e-9));
      assertThat(toGo[t]).isCloseTo(returns[t] - values[t], within(1e-9));
      assertThat(generalised[t]).isCloseTo(gae[t], within(1e-9));
      assertThat(target[t]).isCloseTo(gae[t] + values[t], within(1e-9));
    }
  }

  @Test
  void lambdaLeadsFromTheTdResidualToTheReturn() {
    double[] rewards = {1, -2, 0.5, 3};
    double[] values = {0.3, 0.1, -1, 2};
    var none = new Advantages(0.9, 0);
    assertThat(none.of(AdvantageKind.GAE, rewards, values))
        .containsExactly(none.of(AdvantageKind.TD_RESIDUAL, rewards, values), within(1e-12));
    var all = new Advantages(0.9, 1);
    assertThat(all.of(AdvantageKind.GAE, rewards, values))
        .containsExactly(
            all.of(AdvantageKind.RETURN_TO_GO_WITH_BASELINE, rewards, values), within(1e-12));
  }
}
