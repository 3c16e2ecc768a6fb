package dev.hone.alignment.ppo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hone.alignment.Figures;
import dev.hone.model.AnswerBatch;
import dev.hone.model.AnswerBatch.Branches;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Two groups of two responses, of which the first group's earn the same. */
class ExperienceTest {
  private static final PpoSettings GRPO =
      PpoSettings.of(Map.of("algorithm", "grpo", "groupSize", "2", "rolloutsPerStep", "4"));
  private static final double[] SCORES = {1, 1, 0, 2};
  private static final int[][] ANSWERS = {{5, 1}, {6, 1}, {7}, {8, 9, 1}};
  private static final List<double[]> OLD =
      List.of(
          new double[] {-1, -2},
          new double[] {-3, -1},
          new double[] {-2},
          new double[] {-1, -2, -3});
  private static final List<double[]> REFERENCE =
      List.of(
          new double[] {-1, -1},
          new double[] {-2, -1},
          new double[] {-3},
          new double[] {-1, -3, -2});
  private static final List<double[]> ENTROPIES =
      List.of(new double[] {1, 2}, new double[] {3, 4}, new double[] {5}, new double[] {6, 7, 8});

  private final Figures figures = new Figures();
  private final Experience experience = experience();

  private Experience experience() {
    var responses =
        IntStream.range(0, ANSWERS.length)
            .mapToObj(i -> new Response(i / 2, ANSWERS[i], true, new float[ANSWERS[i].length]))
            .toList();
    var rollout = new Rollout(responses, SCORES, OLD, REFERENCE, ENTROPIES, List.of());
    return Experience.of(rollout, GRPO, Adaptation.start(GRPO.rewards()), figures);
  }

  @Test
  void groupsWithoutASignalAreCountedAndTeachNothing() {
    assertThat(figures.metrics()).containsEntry("frac_reward_zero_std", 0.5);
    assertThat(experience.advantages().get(0)).containsOnly(0);
    assertThat(experience.advantages().get(2)[0]).isNegative();
    assertThat(experience.advantages().get(3)[0]).isPositive();
  }

  /** Two networks that are the same still differ by rounding. */
  @Test
  void aGroupIsWithoutASignalWhateverItsDivergenceCosts() {
    var rloo =
        PpoSettings.of(Map.of("algorithm", "rloo", "groupSize", "2", "rolloutsPerStep", "4"));
    var told = new Figures();
    Experience.of(experience.rollout(), rloo, Adaptation.start(rloo.rewards()), told);
    assertThat(rloo.rewards().klCoefficient()).isPositive();
    assertThat(told.metrics()).containsEntry("frac_reward_zero_std", 0.5);
  }

  @Test
  void anUpdateThatIsGivenUpTellsHowFarThePolicyHadMoved() {
    var answers = new AnswerBatch(List.of(new Branches(new int[] {3}, ANSWERS[0], ANSWERS[1])));
    var part = new MicroBatch(new int[] {0, 1}, answers);
    var loss = new UpdateLoss(experience, List.of(part), GRPO.losses(), 16, figures);
    loss.policy(part, new float[] {-2, -3, -4, -2});
    loss.tellMoved();
    assertThat(figures.metrics()).containsEntry("policy/approxkl_avg", 0.5);
    assertThat(figures.metrics()).doesNotContainKey("loss/policy_avg");
  }

  @Test
  void entropyIsToldOfAResponseAndOfAToken() {
    assertThat(figures.metrics())
        .containsEntry("objective/entropy", 9.0)
        .containsEntry("policy/entropy_avg", 4.5);
  }

  /** The loss weighs tokens by response, its figure of the divergence does not. */
  @Test
  void anUpdateTellsThePartsOfItsLoss() {
    var answers =
        new AnswerBatch(
            List.of(
                new Branches(new int[] {3}, ANSWERS[0], ANSWERS[1]),
                new Branches(new int[] {4}, ANSWERS[2], ANSWERS[3])));
    var part = new MicroBatch(new int[] {0, 1, 2, 3}, answers);
    var loss = new UpdateLoss(experience, List.of(part), GRPO.losses(), 16, figures);
    loss.policy(part, new float[] {-1, -2, -3, -1, -2, -1, -2, -3});
    loss.tell();

    // k3 of a log-ratio of 1 is e - 2, of -1 it is 1 / e.
    double up = Math.E - 2;
    double down = 1 / Math.E;
    var metrics = figures.metrics();
    assertThat(metrics.get("loss/kl_avg")).isCloseTo((3 * up + 2 * down) / 8, within(1e-9));
    // Each response's advantage weighs the same, and those of a group add up to 0.
    assertThat(metrics.get("loss/policy_avg")).isCloseTo(0, within(1e-9));
    double weighted = (up / 2 + up / 2 + down + (down + up) / 3) / 4;
    assertThat(figures.loss()).isCloseTo(0.04 * weighted, within(1e-9));
  }
}
