package dev.hone.alignment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.hone.model.AnswerBatch;
import dev.hone.model.Architecture;
import dev.hone.model.LoraAdapter;
import dev.hone.model.LoraLayout;
import dev.hone.model.LoraShape;
import dev.hone.model.Network;
import dev.hone.model.ScalarHead;
import dev.hone.model.TensorInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * An adapter and a head over its states in training over a frozen base, on the thread that makes
 * it.
 */
public final class TrainedScorer implements AutoCloseable {
  private final LoraAdapter adapter;
  private final ScalarHead head;
  private final Masters masters;
  private final Network network;

  /**
   * @param base outlives this
   * @param adapter closed with this, and so is the head
   */
  public TrainedScorer(
      NDManager parent,
      Network base,
      LoraAdapter adapter,
      ScalarHead head,
      double weightDecay,
      double maxGradientNorm) {
    this.adapter = adapter;
    this.head = head;
    List<NDArray> trained = new ArrayList<>(adapter.matrices());
    trained.add(head.weight());
    this.masters = new Masters(parent, trained, weightDecay, maxGradientNorm);
    this.network = base.adapted(Optional.of(adapter));
  }

  /** Name and shape of each of the masters. */
  public static List<TensorInfo> layout(LoraShape shape, Architecture net) {
    List<TensorInfo> layout = new ArrayList<>(LoraLayout.of(shape, net));
    layout.add(ScalarHead.info(net));
    return List.copyOf(layout);
  }

  public LoraAdapter adapter() {
    return adapter;
  }

  public ScalarHead head() {
    return head;
  }

  /** The adapter's matrices, then the head's weight. */
  public Masters masters() {
    return masters;
  }

  /**
   * Runs a micro-batch forward and back; the gradients of micro-batches add up.
   *
   * @param slopes from what the head says of the answers' tokens, in their order, to the loss's
   *     derivatives by it
   */
  public void accumulate(AnswerBatch batch, UnaryOperator<float[]> slopes) {
    masters.accumulate(step -> network.answerValues(step, batch, head, adapter), slopes);
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
    head.close();
  }
}
