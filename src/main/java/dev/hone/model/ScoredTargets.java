package dev.hone.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;

/**
 * What an output layer that is not trained makes of states. Each number depends on one state, so
 * its derivatives by that are taken on the way forward, a chunk of targets at a time, before
 * anybody knows what the loss makes of it: no chunk's logits outlive it, and none are computed
 * twice.
 *
 * @param said [kinds, targets]
 * @param byStates of each number its derivatives by its state, [kinds, targets, hidden]; of the
 *     first kinds alone where gradients flow from no others
 */
record ScoredTargets(StatesPass pass, NDArray said, NDArray byStates) implements Differentiable {
  @Override
  public float[] values() {
    return said.toFloatArray();
  }

  @Override
  public void backward(float[] slopes) {
    if (slopes.length != said.size()) {
      throw new IllegalArgumentException(slopes.length + " slopes of " + said.getShape());
    }
    long[] shape = byStates.getShape().getShape();
    var own = Arrays.copyOf(slopes, Math.toIntExact(shape[0] * shape[1]));
    var weights = byStates.getManager().create(own, new Shape(shape[0], shape[1], 1));
    pass.backward(byStates.mul(weights).sum(new int[] {0}));
  }
}
