package dev.hone.model;

import ai.djl.ndarray.NDArray;
import java.nio.file.Path;
import java.util.List;

/** What of a network a training moves. */
public sealed interface Trainable extends AutoCloseable
    permits LoraAdapter, DoraAdapter, WholeWeights {
  /** In f32, in the order of {@link #layout}; an optimiser changes them in place. */
  List<NDArray> masters();

  /** Name and shape of each of the masters. */
  List<TensorInfo> layout(Architecture net);

  /**
   * Writes what makes a version of it: an adapter's files, or whole weights.
   *
   * @param folder exists; nothing is forced to disk
   * @param base what an adapter's file names as its base
   */
  void save(Path folder, Architecture net, String base);

  @Override
  void close();
}
