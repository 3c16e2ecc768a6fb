package dev.hone.alignment.ppo;

import dev.hone.alignment.BatchPlan;
import dev.hone.alignment.Figures;
import dev.hone.alignment.Masters;
import dev.hone.alignment.MicroBatches;
import dev.hone.alignment.TokenAnswer;
import dev.hone.alignment.TokenExample;
import dev.hone.alignment.TrainedAdapter;
import dev.hone.alignment.sft.SftLoss;
import java.util.Arrays;
import java.util.List;

/**
 * PPO-ptx (Ouyang et al. 2022, equation 2): every update also makes the negative log-likelihood of
 * demonstrations small, so that what they teach is not unlearnt.
 *
 * @param coefficient of the mean over the tokens that are learnt
 */
record Pretraining(
    List<TokenAnswer> demonstrations,
    double coefficient,
    int batch,
    int microBatch,
    int mostRows,
    long seed) {
  /** Adds the gradients for the update of that number, counted from 0 over the whole training. */
  void accumulate(
      int update, TrainedAdapter policy, Masters masters, UpdateLoss loss, Figures figures) {
    var plan = new BatchPlan(demonstrations.size(), batch, Integer.MAX_VALUE, 0, seed);
    var chosen = Arrays.stream(plan.batch(update)).mapToObj(demonstrations::get).toList();
    int all = chosen.stream().mapToInt(TokenAnswer::learntTokens).sum();
    double[] sum = new double[1];
    for (List<TokenAnswer> part : MicroBatches.of(chosen, microBatch, mostRows)) {
      var answers = TokenExample.batch(part);
      masters.accumulate(
          step -> policy.forward(step, answers, Roles.UNDRAWN),
          logProbs -> {
            var told = SftLoss.of(part, logProbs, all, coefficient);
            sum[0] += told.sum() / all;
            return told.slopes();
          });
    }
    loss.add(coefficient * sum[0]);
    figures.add("loss/ptx_avg", sum[0]);
  }
}
