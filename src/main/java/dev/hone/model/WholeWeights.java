package dev.hone.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * All weights of a model in f32, of which what reads the same input lies in one array, as it is
 * computed with.
 *
 * @param masters in the order of {@link WholeLayout}
 * @param from the model that they were
 */
public record WholeWeights(List<NDArray> masters, MergedModel from) implements Trainable {
  public WholeWeights {
    masters = List.copyOf(masters);
  }

  /**
   * @throws UnsupportedModelException if such a model can not be trained
   */
  public static WholeWeights of(NDManager manager, MergedModel from) {
    try (var weights = from.tensors()) {
      var masters =
          WholeLayout.of(from.architecture()).all().stream()
              .map(stacked -> read(manager, weights, stacked))
              .toList();
      return new WholeWeights(masters, from);
    }
  }

  private static NDArray read(
      NDManager manager, TensorSource weights, WholeLayout.Stacked stacked) {
    try (NDManager passing = manager.newSubManager()) {
      var parts = new NDList();
      for (TensorInfo part : stacked.parts()) {
        parts.add(FloatTensors.read(passing, weights, part.name(), part.shape()).flatten());
      }
      NDArray whole = NDArrays.concat(parts).reshape(new Shape(stacked.info().shape())).duplicate();
      whole.attach(manager);
      return whole;
    }
  }

  /** How many numbers such a model has. */
  public static long count(Architecture net) {
    return WholeLayout.of(net).all().stream().mapToLong(it -> it.info().elementCount()).sum();
  }

  @Override
  public List<TensorInfo> layout(Architecture net) {
    return WholeLayout.of(net).all().stream().map(WholeLayout.Stacked::info).toList();
  }

  @Override
  public void save(Path folder, Architecture net, String base) {
    Map<String, Supplier<float[]>> values = new HashMap<>();
    List<WholeLayout.Stacked> all = WholeLayout.of(net).all();
    for (int i = 0; i < all.size(); i++) {
      NDArray master = masters.get(i);
      int from = 0;
      for (TensorInfo part : all.get(i).parts()) {
        int start = from;
        int end = Math.addExact(start, Math.toIntExact(part.elementCount()));
        values.put(part.name(), () -> Arrays.copyOfRange(master.toFloatArray(), start, end));
        from = end;
      }
    }
    if (net.tiedEmbeddings()) {
      values.put(LlamaWeights.OUTPUT, values.get(LlamaWeights.EMBEDDING));
    }
    from.write(folder, values);
  }

  /**
   * The scripts' {@code w}, in the file's own numbers.
   *
   * @param frozen the same of the model as it was, for what is no weight
   */
  List<NDArray> wide(Architecture net, List<NDArray> frozen) {
    var list = new ArrayList<NDArray>();
    var layout = WholeLayout.of(net);
    list.addAll(masters.subList(0, 2));
    list.addAll(frozen.subList(2, 4));
    for (int block = 0; block < net.layers(); block++) {
      int first = layout.first(block);
      list.addAll(masters.subList(first, first + layout.small()));
    }
    list.add(frozen.getLast());
    return list;
  }

  /**
   * The scripts' {@code p}, in f32.
   *
   * @param step owns what is not a master itself
   */
  List<NDArray> matrices(NDManager step, Architecture net) {
    var list = new ArrayList<NDArray>();
    var layout = WholeLayout.of(net);
    for (int block = 0; block < net.layers(); block++) {
      int first = layout.first(block) + layout.small();
      list.addAll(masters.subList(first, first + WholeLayout.MATRICES));
    }
    list.add(net.tiedEmbeddings() ? again(step, masters.getFirst()) : masters.getLast());
    return list;
  }

  /** The same numbers, with gradients to them, under a name of their own. */
  private static NDArray again(NDManager step, NDArray master) {
    NDArray view = master.reshape(master.getShape());
    view.attach(step);
    return view;
  }

  @Override
  public void close() {
    masters.forEach(NDArray::close);
  }
}
