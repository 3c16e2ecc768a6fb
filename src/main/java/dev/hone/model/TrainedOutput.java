package dev.hone.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

/**
 * What an output layer that is trained itself makes of states. No graph of its logits is kept: the
 * way back makes them once more, since only then the slopes are known by which its matrix's
 * gradient sums up.
 */
final class TrainedOutput implements Differentiable {
  interface Layer {
    /**
     * @return [kinds, targets], in no graph
     */
    NDArray said(NDManager owner, NDArray states);

    /** What the matrix is multiplied by, [targets, hidden]. */
    NDArray normed(NDManager owner, NDArray states);

    /**
     * @param slopes of a loss by what is said, [kinds, targets]
     * @return its derivatives by what the matrix is multiplied by, and by the matrix
     */
    NDList back(NDManager owner, NDArray normed, NDArray slopes);

    /** The matrix itself, [vocabulary, hidden]. */
    NDArray matrix(NDManager owner);
  }

  private final NDManager step;
  private final StatesPass pass;
  private final Layer layer;
  private final NDArray said;

  TrainedOutput(NDManager step, StatesPass pass, Layer layer) {
    this.step = step;
    this.pass = pass;
    this.layer = layer;
    this.said = Autograd.recording(false, () -> layer.said(step, pass.states()));
  }

  @Override
  public float[] values() {
    return said.toFloatArray();
  }

  @Override
  public void backward(float[] slopes) {
    NDArray states = Autograd.leaf(pass.states());
    NDArray all = step.create(slopes, said.getShape());
    NDArray normed = Autograd.recording(true, () -> layer.normed(step, states));
    try (NDList by =
        Autograd.recording(false, () -> layer.back(step, normed.stopGradient(), all))) {
      Autograd.backward(normed, by.get(0));
      Autograd.backward(Autograd.recording(true, () -> layer.matrix(step)), by.get(1));
    }
    pass.backward(states.getGradient());
  }
}
