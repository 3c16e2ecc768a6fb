package dev.hone.alignment.ppo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PolicyLossTest {
  private static final String TRL = "../trl/";
  private static final Surrogate CLIPPED = new Surrogate.Clipped(0.2, 0.2);

  @Test
  void lossSlopesAndFiguresAreThoseOfPytorch() {
    var rows = Golden.rows("policy");
    assertThat(rows).hasSize(12);
    for (JsonNode row : rows) {
      Surrogate surrogate =
          row.path("low").isNull()
              ? new Surrogate.Reinforce()
              : new Surrogate.Clipped(row.path("low").asDouble(), row.path("high").asDouble());
      var policy = Golden.responses(row.path("policy"));
      double[] weights = weights(row);
      double loss = 0;
      var figures = PolicyFigures.NONE;
      for (int i = 0; i < policy.size(); i++) {
        var part =
            PolicyLoss.of(
                surrogate,
                policy.get(i),
                Golden.numbers(row.path("old").get(i)),
                Golden.numbers(row.path("advantages").get(i)),
                weights[i]);
        loss += part.loss();
        figures = figures.merged(part.figures());
        Golden.assertClose(part.slopes(), row.path("slopes").get(i));
      }
      Golden.assertClose(loss, row.path("loss"));
      Golden.assertClose(figures.approxKl(), row.path("approxKl"));
      Golden.assertClose(figures.clipFraction(), row.path("clipFraction"));
      Golden.assertClose(figures.ratio().mean(), row.path("ratio"));
      Golden.assertClose(figures.ratio().variance(), row.path("ratioVariance"));
    }
  }

  @Test
  void divergenceFromTheReferenceAndItsSlopesAreThoseOfPytorch() {
    for (JsonNode row : Golden.rows("policy")) {
      for (var estimator : new KlEstimator[] {KlEstimator.K2, KlEstimator.K3}) {
        var expected = row.path(estimator == KlEstimator.K2 ? "k2" : "k3");
        var policy = Golden.responses(row.path("policy"));
        double[] weights = weights(row);
        double loss = 0;
        for (int i = 0; i < policy.size(); i++) {
          double[] reference = Golden.numbers(row.path("reference").get(i));
          var part = KlLoss.of(estimator, policy.get(i), reference, weights[i]);
          loss += part.loss();
          Golden.assertClose(part.slopes(), expected.path("slopes").get(i));
        }
        Golden.assertClose(loss, expected.path("loss"));
      }
    }
  }

  /** What TRL's GRPO makes of log-probabilities (src/test/python/trl_golden.py). */
  @Test
  void grpoIsThatOfTrl() {
    var rows = Golden.rows(TRL + "grpo");
    assertThat(rows).hasSize(6);
    for (JsonNode row : rows) {
      var clipped = new Surrogate.Clipped(row.path("low").asDouble(), row.path("high").asDouble());
      double beta = row.path("beta").asDouble();
      var policy = Golden.responses(row.path("policy"));
      double[] weights = weights(row);
      double loss = 0;
      var figures = PolicyFigures.NONE;
      for (int i = 0; i < policy.size(); i++) {
        double[] now = policy.get(i);
        double[] advantages = ofWholeAnswer(row, i, now.length);
        double[] old = Golden.numbers(row.path("old").get(i));
        double[] reference = Golden.numbers(row.path("reference").get(i));
        var part = PolicyLoss.of(clipped, now, old, advantages, weights[i]);
        var kl = KlLoss.of(KlEstimator.K3, now, reference, weights[i]);
        loss += part.loss() + beta * kl.loss();
        figures = figures.merged(part.figures());
        double[] slopes = part.slopes().clone();
        for (int t = 0; t < slopes.length; t++) {
          slopes[t] += beta * kl.slopes()[t];
        }
        Golden.assertClose(slopes, row.path("slopes").get(i));
      }
      Golden.assertClose(loss, row.path("loss"));
      Golden.assertClose(figures.clipFraction(), row.path("clipped"));
    }
  }

  /** On samples of the policy as it is, where the ratio of TRL's whole answers is 1. */
  @Test
  void rloosSlopesAreThoseOfTrl() {
    JsonNode row = Golden.rows(TRL + "rloo").getFirst();
    var policy = Golden.responses(row.path("policy"));
    double[] weights = Aggregation.RESPONSE_SUM.weights(Golden.lengths(policy), 16);
    for (int i = 0; i < policy.size(); i++) {
      double[] now = policy.get(i);
      double[] advantages = ofWholeAnswer(row, i, now.length);
      var part = PolicyLoss.of(new Surrogate.Reinforce(), now, now, advantages, weights[i]);
      Golden.assertClose(part.slopes(), row.path("slopes").get(i));
    }
  }

  /** The same advantage for each token of a response. */
  private static double[] ofWholeAnswer(JsonNode row, int response, int tokens) {
    double[] advantages = new double[tokens];
    Arrays.fill(advantages, row.path("advantages").get(response).asDouble());
    return advantages;
  }

  private static double[] weights(JsonNode row) {
    return Aggregation.valueOf(row.path("aggregation").asText())
        .weights(
            Golden.lengths(Golden.responses(row.path("policy"))), row.path("maxTokens").asInt());
  }

  @Test
  void beforeTheFirstUpdateTheRatioIsOneAndTheSlopeIsReinforces() {
    double[] logProbs = {-1, -0.5, -3};
    double[] advantages = {1, -2, 0.5};
    var loss = PolicyLoss.of(CLIPPED, logProbs, logProbs, advantages, 0.25);
    assertThat(loss.loss()).isCloseTo(0.25 * 0.5, within(1e-12));
    assertThat(loss.slopes())
        .containsExactly(
            PolicyLoss.of(new Surrogate.Reinforce(), logProbs, logProbs, advantages, 0.25).slopes(),
            within(1e-12));
    assertThat(loss.figures().ratio().mean()).isEqualTo(1);
    assertThat(loss.figures().ratio().variance()).isZero();
    assertThat(loss.figures().approxKl()).isZero();
    assertThat(loss.figures().clipFraction()).isZero();
  }

  @Test
  void aTokenThatWentTooFarIsDrawnBackButNotOn() {
    double[] old = {-2, -2, -2, -2};
    double[] policy = {-1, -1, -3, -3};
    double[] advantages = {1, -1, 1, -1};
    var loss = PolicyLoss.of(CLIPPED, policy, old, advantages, 1);
    assertThat(loss.slopes())
        .containsExactly(new double[] {0, Math.E, -1 / Math.E, 0}, within(1e-12));
    assertThat(loss.figures().clipFraction()).isEqualTo(0.5);
  }
}
