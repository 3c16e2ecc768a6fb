package dev.hone.alignment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import dev.hone.model.TensorInfo;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Numbers in training, in f32: their gradients add up until the optimiser moves them. On the thread
 * that makes it.
 */
public final class Masters implements AutoCloseable {
  private final NDManager manager;
  private final List<NDArray> arrays;
  private final List<TensorInfo> layout;
  private final AdamW optimizer;

  /**
   * @param arrays changed in place; closed by whoever made them
   * @param layout name and shape of each
   */
  public Masters(
      NDManager parent,
      List<NDArray> arrays,
      List<TensorInfo> layout,
      double weightDecay,
      double maxGradientNorm) {
    JniUtils.setGradMode(true);
    this.manager = parent.newSubManager();
    this.arrays = List.copyOf(arrays);
    this.layout = List.copyOf(layout);
    arrays.forEach(array -> array.setRequiresGradient(true));
    this.optimizer = new AdamW(manager, arrays, weightDecay, maxGradientNorm);
  }

  /** Of what is trained. */
  public static Masters of(
      NDManager parent, Trained trained, double weightDecay, double maxGradientNorm) {
    return new Masters(parent, trained.masters(), trained.layout(), weightDecay, maxGradientNorm);
  }

  List<NDArray> arrays() {
    return arrays;
  }

  List<TensorInfo> layout() {
    return layout;
  }

  AdamW optimizer() {
    return optimizer;
  }

  /** Steps of the optimiser so far. */
  public int updates() {
    return optimizer.updates();
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
   * Runs forward alone.
   *
   * @param forward makes a row of numbers of the masters, owned by the manager it is given
   */
  public float[] frozen(Function<NDManager, NDArray> forward) {
    JniUtils.setGradMode(false);
    try (NDManager step = manager.newSubManager()) {
      return forward.apply(step).toFloatArray();
    } finally {
      JniUtils.setGradMode(true);
    }
  }

  /**
   * Runs forward and back; the gradients of several runs add up.
   *
   * @param forward makes a row of numbers of the masters, owned by the manager it is given
   * @param slopes from those numbers to the loss's derivatives by them
   */
  public void accumulate(Function<NDManager, NDArray> forward, UnaryOperator<float[]> slopes) {
    try (NDManager step = manager.newSubManager();
        var collector = manager.getEngine().newGradientCollector()) {
      NDArray outputs = forward.apply(step);
      float[] derivatives = slopes.apply(outputs.toFloatArray());
      NDArray weights = step.create(derivatives, new Shape(derivatives.length));
      NDArray weighted = outputs.mul(weights);
      weighted.attach(step);
      NDArray sum = weighted.sum();
      sum.attach(step);
      collector.backward(sum);
    }
  }

  /** Gives up what was accumulated since the last step. */
  public void forget() {
    for (NDArray array : arrays) {
      try (NDArray gradient = array.getGradient()) {
        gradient.muli(0);
      }
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
    manager.close();
  }
}
