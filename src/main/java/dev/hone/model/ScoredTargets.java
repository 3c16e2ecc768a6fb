package dev.hone.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/**
 * Log-probabilities under an output layer that is not trained. Each depends on a state of its own,
 * so its derivatives by that are taken on the way forward, a chunk of targets at a time, before
 * anybody knows what the loss makes of it: no chunk's logits outlive it, and none are computed
 * twice.
 *
 * @param logProbs [targets]
 * @param byStates of each log-probability its derivatives by its state, [targets, hidden]
 */
record ScoredTargets(StatesPass pass, NDArray logProbs, NDArray byStates)
    implements Differentiable {
  @Override
  public float[] values() {
    return logProbs.toFloatArray();
  }

  @Override
  public void backward(float[] slopes) {
    var weights = byStates.getManager().create(slopes, new Shape(slopes.length, 1));
    pass.backward(byStates.mul(weights));
  }
}
