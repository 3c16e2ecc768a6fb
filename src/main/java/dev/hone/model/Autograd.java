package dev.hone.model;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.function.Supplier;

/** Gradients piece by piece, where the engine's own collector knows one whole graph only. */
final class Autograd {
  private Autograd() {}

  /** Runs something while what it computes leaves a graph, or leaves none. */
  static <T> T recording(boolean graph, Supplier<T> work) {
    boolean before = JniUtils.isGradMode();
    JniUtils.setGradMode(graph);
    try {
      return work.get();
    } finally {
      JniUtils.setGradMode(before);
    }
  }

  /** The same numbers as the start of a graph of their own, owned by the same manager. */
  static NDArray leaf(NDArray values) {
    NDArray leaf = values.stopGradient();
    leaf.setRequiresGradient(true);
    return leaf;
  }

  /** Adds to the gradients of all leaves behind the outputs, and gives their graph up. */
  static void backward(NDArray outputs, NDArray gradient) {
    JniUtils.backward((PtNDArray) outputs, (PtNDArray) gradient, false, false);
  }
}
