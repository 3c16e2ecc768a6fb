package dev.hone.alignment.ppo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.function.DoubleBinaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KlEstimatorTest {
  private static final double[] POLICY = {0.7, 0.2, 0.1};
  private static final double[] REFERENCE = {0.5, 0.1, 0.4};

  @Test
  void estimatesAndSlopesAreThoseOfPytorch() {
    var rows = Golden.rows("kl");
    assertThat(rows).hasSize(3);
    for (JsonNode row : rows) {
      var estimator = KlEstimator.valueOf(row.path("estimator").asText().toUpperCase(Locale.ROOT));
      double[] policy = Golden.numbers(row.path("policy"));
      double[] reference = Golden.numbers(row.path("reference"));
      Golden.assertClose(estimator.ofAll(policy, reference), row.path("kl"));
      for (int i = 0; i < policy.length; i++) {
        Golden.assertClose(estimator.slope(policy[i], reference[i]), row.path("slopes").get(i));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"K1", "K3"})
  void theMeanOverThePolicysSamplesIsItsDivergenceFromTheReference(KlEstimator estimator) {
    double divergence = mean((p, r) -> Math.log(p / r));
    double reverse = -0.5 * Math.log(0.7 / 0.5) - 0.1 * Math.log(2) - 0.4 * Math.log(0.25);
    assertThat(Math.abs(divergence - reverse)).isGreaterThan(0.01);
    assertThat(mean((p, r) -> estimator.of(Math.log(p), Math.log(r))))
        .isCloseTo(divergence, within(1e-12));
  }

  @Test
  void aK1LossDrawsNowhereOnAverageButAK2LossDownTheDivergence() {
    // Over samples of the policy, a loss f moves logit j by the mean of f'(log p) (1[j] - p_j).
    for (int j = 0; j < POLICY.length; j++) {
      assertThat(pull(KlEstimator.K1, j)).isCloseTo(0, within(1e-12));
      double logRatio = Math.log(POLICY[j] / REFERENCE[j]);
      double down = POLICY[j] * (logRatio - mean((p, r) -> Math.log(p / r)));
      assertThat(pull(KlEstimator.K2, j)).isCloseTo(down, within(1e-12));
    }
  }

  private static double pull(KlEstimator loss, int logit) {
    double pull = 0;
    for (int i = 0; i < POLICY.length; i++) {
      double slope = loss.slope(Math.log(POLICY[i]), Math.log(REFERENCE[i]));
      pull += POLICY[i] * slope * ((i == logit ? 1 : 0) - POLICY[logit]);
    }
    return pull;
  }

  private static double mean(DoubleBinaryOperator of) {
    double mean = 0;
    for (int i = 0; i < POLICY.length; i++) {
      mean += POLICY[i] * of.applyAsDouble(POLICY[i], REFERENCE[i]);
    }
    return mean;
  }
}
