package dev.hone.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/** Numbers of each state by a head that is trained too, and that is small enough for a graph. */
final class StateHead implements Differentiable {
  interface Numbers {
    /**
     * @return [kinds, states]
     */
    NDArray of(NDManager owner, NDArray states);
  }

  private final NDManager step;
  private final StatesPass pass;
  private final NDArray states;
  private final NDArray outputs;

  StateHead(NDManager step, StatesPass pass, Numbers numbers) {
    this.step = step;
    this.pass = pass;
    this.states = Autograd.leaf(pass.states());
    this.outputs = Autograd.recording(true, () -> numbers.of(step, states));
  }

  @Override
  public float[] values() {
    return outputs.toFloatArray();
  }

  @Override
  public void backward(float[] slopes) {
    Shape shape = outputs.getShape();
    // Into a product, so in the engine's own memory: what that rounds to can follow from where
    // numbers lie.
    Autograd.backward(outputs, step.create(slopes, shape).duplicate());
    pass.backward(states.getGradient());
  }
}
