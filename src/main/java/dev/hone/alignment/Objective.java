package dev.hone.alignment;

import dev.hone.model.AnswerBatch;
import java.util.List;
import java.util.function.Function;

/**
 * What a training makes small: a function of what {@link Trained} says of answers' tokens, whose
 * derivatives by that are all that the network is told.
 *
 * @param <E> what is learned from
 */
public interface Objective<E extends TokenExample> {
  /**
   * The loss of an optimiser step.
   *
   * @param batch all that the step learns from
   * @param trained what it says of answers' tokens now, without gradients
   */
  StepLoss<E> step(List<E> batch, Function<AnswerBatch, float[]> trained);

  /** The part of a step's loss that a micro-batch adds. */
  interface StepLoss<E> {
    /**
     * @param outputs of all answers' tokens, in their order; behind them may stand what else is
     *     told of the tokens
     * @param figures the micro-batch's are added to; the loss among them
     * @return derivatives of the step's loss by {@code outputs}
     */
    float[] slopes(List<E> microBatch, float[] outputs, Figures figures);
  }
}
