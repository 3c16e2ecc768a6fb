package dev.hone.model;

import ai.djl.ndarray.NDArray;
import java.util.List;

/** What of a network a training moves. */
public sealed interface Trainable extends AutoCloseable permits LoraAdapter {
  /** In f32, in the order of {@link #layout}; an optimiser changes them in place. */
  List<NDArray> masters();

  /** Name and shape of each of the masters. */
  List<TensorInfo> layout(Architecture net);

  @Override
  void close();
}
