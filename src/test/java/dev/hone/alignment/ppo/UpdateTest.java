package dev.hone.alignment.ppo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** From one rollout, as src/test/python/ppo.py made it up, to the slopes that a network is told. */
class UpdateTest {
  private static final KlEstimator IN_REWARD = KlEstimator.K1;
  private static final double KL_COEFFICIENT = 0.1;
  private static final Surrogate CLIPPED = new Surrogate.Clipped(0.2, 0.2);

  private final JsonNode rollout = Golden.rows("updates").getFirst();
  private final List<double[]> policy = Golden.responses(rollout.path("policy"));
  private final List<double[]> old = Golden.responses(rollout.path("old"));
  private final List<double[]> reference = Golden.responses(rollout.path("reference"));
  private final double[] scores = Golden.numbers(rollout.path("scores"));
  private final int[] lengths = Golden.lengths(policy);

  @Test
  void ppoIsThatOfPytorch() {
    var values = Golden.responses(rollout.path("values"));
    var oldValues = Golden.responses(rollout.path("oldValues"));
    var shape = new ScoreShape(true, 1.5, 1);
    var seen = RunningMoments.NONE.with(scores);
    var rewards =
        Whitening.of(
            all(
                i -> {
                  boolean ended = rollout.path("ended").get(i).asBoolean();
                  double score = shape.of(scores[i], ended, seen);
                  return Rewards.of(kl(i), KL_COEFFICIENT, score).tokens();
                }),
            false);
    var estimator = new Advantages(0.99, 0.95);
    var advantages =
        Whitening.of(
            all(i -> estimator.of(AdvantageKind.GAE, rewards.get(i), oldValues.get(i))), true);
    double[] weights = Aggregation.TOKEN_MEAN.weights(lengths, 16);
    double loss = 0;
    for (int i = 0; i < lengths.length; i++) {
      var part = PolicyLoss.of(CLIPPED, policy.get(i), old.get(i), advantages.get(i), weights[i]);
      double[] targets = estimator.targets(ValueTarget.GAE, rewards.get(i), oldValues.get(i));
      var value = ValueLoss.of(values.get(i), oldValues.get(i), targets, 0.2, 0.1 * weights[i]);
      loss += part.loss() + value.loss();
      Golden.assertClose(part.slopes(), rollout.path("ppo").path("slopes").get(i));
      Golden.assertClose(value.slopes(), rollout.path("ppo").path("valueSlopes").get(i));
    }
    Golden.assertClose(loss, rollout.path("ppo").path("loss"));
  }

  @Test
  void grpoIsThatOfPytorch() {
    double[] advantages = GroupAdvantages.grpo(scores, true);
    double[] weights = Aggregation.RESPONSE_MEAN.weights(lengths, 16);
    double loss = 0;
    for (int i = 0; i < lengths.length; i++) {
      var part = policyLoss(CLIPPED, i, advantages[i], weights[i]);
      var kl = KlLoss.of(KlEstimator.K3, policy.get(i), reference.get(i), 0.04 * weights[i]);
      loss += part.loss() + kl.loss();
      double[] slopes = part.slopes();
      Arrays.setAll(slopes, t -> slopes[t] + kl.slopes()[t]);
      Golden.assertClose(slopes, rollout.path("grpo").path("slopes").get(i));
    }
    Golden.assertClose(loss, rollout.path("grpo").path("loss"));
  }

  @Test
  void rlooIsThatOfPytorch() {
    double[] totals =
        IntStream.range(0, lengths.length)
            .mapToDouble(i -> Rewards.of(kl(i), KL_COEFFICIENT, scores[i]).total())
            .toArray();
    double[] advantages = GroupAdvantages.rloo(totals);
    double[] weights = Aggregation.RESPONSE_SUM.weights(lengths, 16);
    double loss = 0;
    for (int i = 0; i < lengths.length; i++) {
      var part = policyLoss(new Surrogate.Reinforce(), i, advantages[i], weights[i]);
      loss += part.loss();
      Golden.assertClose(part.slopes(), rollout.path("rloo").path("slopes").get(i));
    }
    Golden.assertClose(loss, rollout.path("rloo").path("loss"));
    assertThat(loss).isNotZero();
  }

  private PolicyLoss policyLoss(Surrogate surrogate, int i, double advantage, double weight) {
    double[] same = new double[lengths[i]];
    Arrays.fill(same, advantage);
    return PolicyLoss.of(surrogate, policy.get(i), old.get(i), same, weight);
  }

  private double[] kl(int i) {
    return IN_REWARD.ofAll(old.get(i), reference.get(i));
  }

  private List<double[]> all(IntFunction<double[]> of) {
    var arrays = new ArrayList<double[]>();
    for (int i = 0; i < lengths.length; i++) {
      arrays.add(of.apply(i));
    }
    return arrays;
  }
}
