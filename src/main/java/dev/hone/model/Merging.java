package dev.hone.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Adapters multiplied out: the weights that say the same alone. */
final class Merging {
  private Merging() {}

  private interface Change {
    /**
     * @param w [output, input], whose manager is to own what is made on the way
     * @param own what the adapter has for this layer
     */
    NDArray of(NDArray w, List<NDArray> own);
  }

  /** {@code W + scale B A} by the names of the weights. */
  static Map<String, Supplier<float[]>> of(
      LoraAdapter adapter, TensorSource weights, Architecture net) {
    LoraShape shape = adapter.shape();
    return each(shape, adapter.masters(), weights, net, (w, own) -> changed(shape, w, own));
  }

  /** {@code m (W + scale B A) / |W + scale B A|} row by row. */
  static Map<String, Supplier<float[]>> of(
      DoraAdapter adapter, TensorSource weights, Architecture net) {
    LoraShape shape = adapter.shape();
    return each(
        shape,
        adapter.masters(),
        weights,
        net,
        (w, own) -> {
          NDArray v = changed(shape, w, own);
          return v.mul(lengths(v).pow(-1).mul(own.get(2)).reshape(-1, 1));
        });
  }

  /** What each layer's changed weights have as the lengths of their rows, in their order. */
  static List<float[]> lengths(LoraAdapter adapter, TensorSource weights, Architecture net) {
    LoraShape shape = adapter.shape();
    var changes =
        each(shape, adapter.masters(), weights, net, (w, own) -> lengths(changed(shape, w, own)));
    return names(shape, net).stream().map(name -> changes.get(name).get()).toList();
  }

  private static NDArray lengths(NDArray matrix) {
    return matrix.square().sum(new int[] {1}).sqrt();
  }

  /** {@code W + scale B A}. */
  private static NDArray changed(LoraShape shape, NDArray w, List<NDArray> halves) {
    NDArray b = halves.get(1).duplicate();
    b.attach(w.getManager());
    return b.matMul(halves.get(0)).mul(shape.scale()).add(w);
  }

  private static Map<String, Supplier<float[]>> each(
      LoraShape shape,
      List<NDArray> masters,
      TensorSource weights,
      Architecture net,
      Change change) {
    List<String> names = names(shape, net);
    int count = masters.size() / names.size();
    Map<String, Supplier<float[]>> changes = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      List<NDArray> own = masters.subList(i * count, (i + 1) * count);
      changes.put(name, () -> computed(name, own, weights, change));
    }
    return changes;
  }

  private static float[] computed(
      String name, List<NDArray> own, TensorSource weights, Change change) {
    return Autograd.recording(
        false,
        () -> {
          try (NDManager passing = own.getFirst().getManager().newSubManager()) {
            long[] shape = weights.info(name).shape();
            return change.of(FloatTensors.read(passing, weights, name, shape), own).toFloatArray();
          }
        });
  }

  /** Of the weights that such an adapter changes, in its order. */
  private static List<String> names(LoraShape shape, Architecture net) {
    net.layout().requireAdaptable();
    return IntStream.range(0, net.layers())
        .boxed()
        .flatMap(
            block ->
                shape.targets().stream()
                    .sorted()
                    .map(target -> LlamaWeights.matrixName(block, target)))
        .toList();
  }
}
