package dev.hone.alignment.kto;

import dev.hone.alignment.Algorithm;
import dev.hone.alignment.Figures;
import dev.hone.alignment.MicroBatches;
import dev.hone.alignment.Objective;
import dev.hone.alignment.Reference;
import dev.hone.alignment.Said;
import dev.hone.alignment.TokenAnswer;
import dev.hone.alignment.TokenExample;
import dev.hone.model.AnswerBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** Kahneman-Tversky optimisation, on answers that were judged alone. */
public record Kto(KtoSettings options) implements Algorithm<TokenAnswer> {
  @Override
  public Objective<TokenAnswer> objective(Frozen frozen) {
    int maxTokens =
        Math.min(options.training().maxTokens(), frozen.network().architecture().maxPositions());
    var reference = new Reference<TokenAnswer>(frozen, Kto::sums, frozen.cache().apply("answers"));
    return (batch, policy) -> {
      double kl = referencePoint(batch, maxTokens, policy, frozen::logProbs);
      return (answers, outputs, figures) ->
          slopes(answers, reference.of(answers), kl, batch.size(), outputs, figures);
    };
  }

  private static double[] sums(List<TokenAnswer> answers, float[] logProbs) {
    return TokenExample.batch(answers).sums(logProbs);
  }

  /**
   * How far the policy is from the reference where nothing was judged: the mean log-ratio of
   * answers to others' prompts, or 0 where that is less. An answer that is alone has no other's
   * prompt, and its own log-ratio is the very thing that is held against this: it is 0 then.
   */
  private double referencePoint(
      List<TokenAnswer> batch,
      int maxTokens,
      Function<AnswerBatch, float[]> policy,
      Function<AnswerBatch, float[]> reference) {
    if (batch.size() == 1) {
      return 0;
    }
    double sum = 0;
    for (List<TokenAnswer> part :
        MicroBatches.of(
            mismatched(batch, maxTokens), options.training().microBatch(), 2 * maxTokens)) {
      var answers = TokenExample.batch(part);
      double[] here = answers.sums(policy.apply(answers));
      double[] there = answers.sums(reference.apply(answers));
      for (int i = 0; i < here.length; i++) {
        sum += here[i] - there[i];
      }
    }
    return Math.max(0, sum / batch.size());
  }

  /** Each prompt with the next one's answer, cut where both would be too long. */
  static List<TokenAnswer> mismatched(List<TokenAnswer> batch, int maxTokens) {
    var all = new ArrayList<TokenAnswer>();
    for (int i = 0; i < batch.size(); i++) {
      int[] prompt = batch.get(i).prompt();
      int[] answer = batch.get((i + 1) % batch.size()).answer();
      int room = Math.max(1, maxTokens - prompt.length);
      all.add(TokenAnswer.of(prompt, Arrays.copyOf(answer, Math.min(answer.length, room)), false));
    }
    return all;
  }

  /**
   * @param all answers of the step: its loss is their mean
   */
  private float[] slopes(
      List<TokenAnswer> answers,
      List<double[]> reference,
      double kl,
      int all,
      float[] outputs,
      Figures figures) {
    var batch = TokenExample.batch(answers);
    double[] policy = batch.sums(outputs);
    double[] slopes = new double[policy.length];
    for (int i = 0; i < policy.length; i++) {
      boolean good = answers.get(i).good();
      var loss = KtoLoss.of(good, policy[i] - reference.get(i)[0], kl, options);
      slopes[i] = loss.slope() / all;
      String kind = good ? "chosen" : "rejected";
      figures.add(Figures.LOSS, loss.loss());
      figures.add("rewards/" + kind, loss.reward());
      figures.add("logps/" + kind, policy[i]);
      figures.add("kl", kl);
    }
    figures.difference("rewards/margins", "rewards/chosen", "rewards/rejected");
    var said = Said.of(answers, outputs);
    for (int t = 0; t < said.tokens(); t++) {
      said.entropy(t, figures);
    }
    return said.slopes(batch.spread(slopes));
  }
}
