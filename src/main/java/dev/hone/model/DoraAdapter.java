package dev.hone.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Low-rank changes to some kinds of linear layers, whose rows then get lengths of their own (DoRA,
 * Liu et al. 2024): {@code W' = m (W + scale B A) / |W + scale B A|}, in f32.
 *
 * @param masters of each target A [rank, input], B [output, rank], and m [output], in the order of
 *     {@link LoraLayout}
 * @param over whose weights it changes
 */
public record DoraAdapter(LoraShape shape, List<NDArray> masters, MergedModel over)
    implements Trainable {
  public DoraAdapter {
    masters = List.copyOf(masters);
  }

  /**
   * One that says what the adapter says: its rows have the lengths that they have.
   *
   * @param halves becomes part of this one
   */
  public static DoraAdapter of(NDManager manager, LoraAdapter halves, MergedModel over) {
    try (var weights = over.tensors()) {
      List<float[]> lengths = Merging.lengths(halves, weights, over.architecture());
      var masters = new ArrayList<NDArray>();
      for (int i = 0; i < lengths.size(); i++) {
        masters.addAll(halves.masters().subList(2 * i, 2 * i + 2));
        masters.add(manager.create(lengths.get(i), new Shape(lengths.get(i).length)));
      }
      return new DoraAdapter(halves.shape(), masters, over);
    }
  }

  Set<LoraTarget> targets() {
    return shape.targets();
  }

  @Override
  public List<TensorInfo> layout(Architecture net) {
    return LoraLayout.withMagnitudes(shape, net);
  }

  /** Writes whole weights, as serving has no rows' lengths. */
  @Override
  public void save(Path folder, Architecture net, String base) {
    try (var weights = over.tensors()) {
      over.write(folder, Merging.of(this, weights, net));
    }
  }

  @Override
  public void close() {
    masters.forEach(NDArray::close);
  }
}
