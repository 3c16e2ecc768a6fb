package dev.hone.model;

/** Numbers that a network said, and the way back from them to what is trained. */
public interface Differentiable {
  /** In their order. */
  float[] values();

  /**
   * Adds the derivatives of a loss to the masters' gradients; once.
   *
   * @param slopes its derivatives by {@link #values}
   */
  void backward(float[] slopes);
}
