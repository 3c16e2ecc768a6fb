package dev.hone.alignment.ppo;

import dev.hone.alignment.Figures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a rollout teaches, token by token.
 *
 * @param advantages a row for each response
 * @param targets of the values; empty where there are none
 * @param next what the next step begins with
 */
record Experience(
    Rollout rollout, List<double[]> advantages, List<double[]> targets, Adaptation next) {
  /**
   * @param figures the rollout's are added to
   */
  static Experience of(Rollout rollout, PpoSettings settings, Adaptation before, Figures figures) {
    var scores = before.scores().with(rollout.scores());
    double coefficient = before.controller().coefficient();
    var rewards = rewards(rollout, settings.rewards(), scores, coefficient);
    tell(rollout, rewards, coefficient, figures);
    double kl = rewards.stream().mapToDouble(Rewards::kl).average().orElseThrow();
    var next = new Adaptation(before.controller().after(kl, rewards.size()), scores);
    return settings.algorithm().hasValues()
        ? byValues(rollout, settings, rewards, next)
        : byGroups(rollout, settings, rewards, next, figures);
  }

  private static List<Rewards> rewards(
      Rollout rollout, RewardSettings settings, RunningMoments scores, double coefficient) {
    var rewards = new ArrayList<Rewards>();
    for (int i = 0; i < rollout.scores().length; i++) {
      double[] kl = settings.klEstimator().ofAll(rollout.old().get(i), rollout.reference().get(i));
      boolean ended = rollout.responses().get(i).ended();
      double score = settings.scores().of(rollout.scores()[i], ended, scores);
      rewards.add(Rewards.of(kl, coefficient, score));
    }
    return rewards;
  }

  private static Experience byValues(
      Rollout rollout, PpoSettings settings, List<Rewards> rewards, Adaptation next) {
    var how = settings.advantages();
    var estimator = how.advantages();
    var ofTokens = rewards.stream().map(Rewards::tokens).toList();
    var earned = settings.rewards().whitenRewards() ? Whitening.of(ofTokens, false) : ofTokens;
    var values = rollout.values();
    var advantages = new ArrayList<double[]>();
    var targets = new ArrayList<double[]>();
    for (int i = 0; i < earned.size(); i++) {
      advantages.add(estimator.of(how.advantage(), earned.get(i), values.get(i)));
      targets.add(estimator.targets(how.valueTarget(), earned.get(i), values.get(i)));
    }
    return new Experience(rollout, whitened(advantages, how), targets, next);
  }

  private static Experience byGroups(
      Rollout rollout,
      PpoSettings settings,
      List<Rewards> rewards,
      Adaptation next,
      Figures figures) {
    var how = settings.advantages();
    int size = settings.rollouts().groupSize();
    var advantages = new ArrayList<double[]>();
    for (int from = 0; from < rewards.size(); from += size) {
      var group = rewards.subList(from, from + size);
      double[] totals = group.stream().mapToDouble(Rewards::total).toArray();
      // Such a group teaches nothing but to stay near the reference.
      boolean same = group.stream().mapToDouble(Rewards::score).distinct().count() == 1;
      figures.add("frac_reward_zero_std", same ? 1 : 0);
      double[] ofGroup =
          settings.algorithm() == PolicyGradient.RLOO
              ? GroupAdvantages.rloo(totals)
              : GroupAdvantages.grpo(totals, how.scaleByGroup());
      for (int i = 0; i < size; i++) {
        double[] ofTokens = new double[rewards.get(from + i).tokens().length];
        Arrays.fill(ofTokens, ofGroup[i]);
        advantages.add(ofTokens);
      }
    }
    return new Experience(rollout, whitened(advantages, how), List.of(), next);
  }

  private static List<double[]> whitened(List<double[]> advantages, AdvantageSettings how) {
    return how.whitenAdvantages() ? Whitening.of(advantages, true) : advantages;
  }

  /** Under TRL's names (docs/algorithms/ppo.md). */
  private static void tell(
      Rollout rollout, List<Rewards> rewards, double coefficient, Figures figures) {
    for (int i = 0; i < rewards.size(); i++) {
      var reward = rewards.get(i);
      var response = rollout.responses().get(i);
      figures.add("objective/kl", reward.kl());
      int length = response.tokens().length;
      double entropy = Arrays.stream(rollout.entropies().get(i)).sum();
      figures.add("objective/entropy", entropy);
      figures.add("policy/entropy_avg", entropy / length, length);
      figures.add("objective/scores", rollout.scores()[i]);
      figures.add("objective/non_score_reward", reward.penalty());
      figures.add("objective/rlhf_reward", reward.total());
      figures.add("completions/mean_length", length);
      figures.add("completions/clipped_ratio", response.ended() ? 0 : 1);
      figures.add("sampling/gap", gap(response.logProbs(), rollout.old().get(i)), length);
    }
    figures.add("objective/kl_coefficient", coefficient);
    var spread = RunningMoments.NONE.with(rollout.scores());
    figures.add("objective/scores_std", Math.sqrt(spread.variance()));
  }

  /** Mean distance of the sampler's log-probabilities from the trainer's. */
  private static double gap(float[] sampler, double[] trainer) {
    return IntStream.range(0, trainer.length)
        .mapToDouble(t -> Math.abs(sampler[t] - trainer[t]))
        .average()
        .orElseThrow();
  }
}
