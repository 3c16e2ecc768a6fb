package dev.hone.alignment;

import ai.djl.ndarray.NDManager;
import dev.hone.model.AnswerBatch;
import dev.hone.model.LoraAdapter;
import dev.hone.model.Network;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** An adapter in training over a frozen base, on the thread that makes it. */
public final class TrainedAdapter implements AutoCloseable {
  private final LoraAdapter adapter;
  private final Masters masters;
  private final Network network;

  /**
   * @param base outlives this
   * @param adapter closed with this
   */
  public TrainedAdapter(
      NDManager parent,
      Network base,
      LoraAdapter adapter,
      double weightDecay,
      double maxGradientNorm) {
    this.adapter = adapter;
    this.masters = new Masters(parent, adapter.matrices(), weightDecay, maxGradientNorm);
    this.network = base.adapted(Optional.of(adapter));
  }

  public LoraAdapter adapter() {
    return adapter;
  }

  /** The adapter's matrices. */
  public Masters masters() {
    return masters;
  }

  /**
   * Runs a micro-batch forward and back; the gradients of micro-batches add up.
   *
   * @param slopes from the log-probabilities of the answers' tokens, in their order, to the loss's
   *     derivatives by them
   */
  public void accumulate(AnswerBatch batch, UnaryOperator<float[]> slopes) {
    masters.accumulate(step -> network.answerLogProbs(step, batch, adapter), slopes);
  }

  /** Log-probabilities of the answers' tokens as the adapter is now, without gradients. */
  public float[] logProbs(AnswerBatch batch) {
    return masters.frozen(step -> network.answerLogProbs(step, batch, adapter));
  }

  /**
   * @return the gradients' norm before it was shortened
   */
  public double step(double rate) {
    return masters.step(rate);
  }

  /** Native arrays held at the moment, for tests. */
  public int openResources() {
    return masters.openResources();
  }

  @Override
  public void close() {
    masters.close();
    network.close();
    adapter.close();
  }
}
