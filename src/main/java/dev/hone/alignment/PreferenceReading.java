package dev.hone.alignment;

import dev.hone.model.AnswerBatch;
import dev.hone.model.Network;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Measures how a policy in training has moved from its reference, on preferences that it does not
 * learn from.
 *
 * @param pairs each of a chosen and a rejected answer, in this order
 * @param microBatch pairs at once, at most
 * @param mostRows of them, unless one alone has more
 */
public record PreferenceReading<E extends TokenExample>(
    TrainedAdapter policy,
    Network reference,
    Masters masters,
    List<E> pairs,
    int microBatch,
    int mostRows) {
  /** What {@link Network#compared} says of a token. */
  private static final int COLUMNS = 3;

  private static final String KL = "eval/kl";

  /**
   * @param figures get {@code eval/accuracy}, the share of pairs whose chosen answer's
   *     log-probability has risen more, or fallen less, from the reference to the policy than the
   *     rejected one's, a tie being half; {@code eval/pairs}, how many there are; and, unless all
   *     weights are trained, {@code eval/kl}, of both answers the mean of the exact KL(policy ||
   *     reference) of each next token, added up over the answer's tokens, in nats an answer
   */
  public void take(Figures figures, Runnable between) {
    take(figures, between, (_, _) -> {});
  }

  /**
   * @param told gets what the policy says of the tokens of each micro-batch
   */
  void take(Figures figures, Runnable between, BiConsumer<List<E>, float[]> told) {
    for (List<E> part : MicroBatches.of(pairs, microBatch, mostRows)) {
      between.run();
      var answers = TokenExample.batch(part);
      var said = policy.hasFrozenOutput() ? compared(answers) : apart(answers);
      double[] own = answers.sums(said.policy);
      double[] other = answers.sums(said.reference);
      for (int i = 0; i < own.length; i += 2) {
        double margin = own[i] - other[i] - (own[i + 1] - other[i + 1]);
        figures.add(HeldOutReadings.ACCURACY, margin == 0 ? 0.5 : margin > 0 ? 1 : 0);
      }
      said.kl.ifPresent(kl -> Arrays.stream(answers.sums(kl)).forEach(sum -> figures.add(KL, sum)));
      told.accept(part, said.policy);
    }
    if (!pairs.isEmpty()) {
      figures.add(HeldOutReadings.PAIRS, pairs.size());
    }
  }

  /** Of each token of a micro-batch's answers. */
  private record Said(float[] policy, float[] reference, Optional<float[]> kl) {}

  private Said compared(AnswerBatch answers) {
    float[] rows = masters.frozen(step -> policy.compared(step, answers, reference));
    return new Said(column(rows, 0), column(rows, 1), Optional.of(column(rows, 2)));
  }

  private static float[] column(float[] rows, int index) {
    float[] column = new float[rows.length / COLUMNS];
    for (int row = 0; row < column.length; row++) {
      column[row] = rows[row * COLUMNS + index];
    }
    return column;
  }

  private Said apart(AnswerBatch answers) {
    float[] own = masters.frozen(step -> policy.outputs(step, answers));
    float[] other = masters.frozen(step -> reference.answerLogProbs(step, answers));
    return new Said(own, other, Optional.empty());
  }
}
