package dev.hone.alignment;

import ai.djl.ndarray.NDManager;
import dev.hone.model.Differentiable;
import java.util.function.UnaryOperator;

/** A run forward whose way back is still to come: what that needs is held until this is closed. */
public final class Forward implements AutoCloseable {
  private final NDManager step;
  private final Differentiable outputs;

  Forward(NDManager step, Differentiable outputs) {
    this.step = step;
    this.outputs = outputs;
  }

  public float[] values() {
    return outputs.values();
  }

  /**
   * Adds to the masters' gradients; once.
   *
   * @param slopes from the values to the loss's derivatives by them
   */
  public void back(UnaryOperator<float[]> slopes) {
    outputs.backward(slopes.apply(values()));
  }

  @Override
  public void close() {
    step.close();
  }
}
