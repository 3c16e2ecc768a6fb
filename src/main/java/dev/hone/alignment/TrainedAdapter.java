package dev.hone.alignment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import dev.hone.model.AnswerBatch;
import dev.hone.model.LoraAdapter;
import dev.hone.model.Network;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** An adapter in training over a frozen base, on the thread that makes it. */
public final class TrainedAdapter implements AutoCloseable {
  private final NDManager manager;
  private final Network network;
  private final LoraAdapter adapter;
  private final AdamW optimizer;

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
    JniUtils.setGradMode(true);
    this.manager = parent.newSubManager();
    this.adapter = adapter;
    adapter.matrices().forEach(matrix -> matrix.setRequiresGradient(true));
    this.network = base.adapted(Optional.of(adapter));
    this.optimizer = new AdamW(manager, adapter.matrices(), weightDecay, maxGradientNorm);
  }

  public LoraAdapter adapter() {
    return adapter;
  }

  AdamW optimizer() {
    return optimizer;
  }

  /** Sets a master or a running mean, outside of any gradient. */
  void overwrite(NDArray target, float[] values) {
    JniUtils.setGradMode(false);
    try {
      target.set(values);
    } finally {
      JniUtils.setGradMode(true);
    }
  }

  /**
   * Runs a micro-batch forward and back; the gradients of micro-batches add up.
   *
   * @param slopes from the log-probabilities of the answers' tokens, in their order, to the loss's
   *     derivatives by them
   */
  public void accumulate(AnswerBatch batch, UnaryOperator<float[]> slopes) {
    try (NDManager step = manager.newSubManager();
        var collector = manager.getEngine().newGradientCollector()) {
      NDArray logProbs = network.answerLogProbs(step, batch, adapter);
      float[] derivatives = slopes.apply(logProbs.toFloatArray());
      NDArray weights = step.create(derivatives, new Shape(derivatives.length));
      NDArray weighted = logProbs.mul(weights);
      weighted.attach(step);
      NDArray sum = weighted.sum();
      sum.attach(step);
      collector.backward(sum);
    }
  }

  /** Log-probabilities of the answers' tokens as the adapter is now, without gradients. */
  public float[] logProbs(AnswerBatch batch) {
    JniUtils.setGradMode(false);
    try (NDManager step = manager.newSubManager()) {
      return network.answerLogProbs(step, batch, adapter).toFloatArray();
    } finally {
      JniUtils.setGradMode(true);
    }
  }

  /**
   * @return the gradients' norm before it was shortened
   */
  public double step(double rate) {
    return optimizer.step(rate);
  }

  /** Native arrays held at the moment, for tests. */
  public int openResources() {
    return manager.getManagedArrays().size() + optimizer.openResources();
  }

  @Override
  public void close() {
    optimizer.close();
    network.close();
    adapter.close();
    manager.close();
  }
}
