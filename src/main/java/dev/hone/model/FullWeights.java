package dev.hone.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * All weights of a version, in place of its base's: one file with the base's tensors, by their
 * names and in their types.
 */
public final class FullWeights {
  public static final String FILE = "model.safetensors";

  private FullWeights() {}

  static boolean areIn(Path folder) {
    return Files.exists(folder.resolve(FILE));
  }

  /**
   * Adds an adapter to weights: {@code W + (alpha / rank) B A} in each layer that it changes (Hu et
   * al. 2021, arXiv 2106.09685, 4.1), computed in f32 and rounded once, to the type that W has. All
   * else is copied. No more than one layer is in memory.
   *
   * @param whole folder of the weights
   * @param target folder that exists and gets {@value #FILE}; nothing is forced to disk
   * @throws ModelFormatException when there is no layer that the adapter changes
   */
  public static void merge(
      NDManager manager, Path whole, LoraAdapter adapter, Architecture net, Path target) {
    try (var source = Safetensors.open(whole)) {
      var changed = changed(adapter, net);
      if (!source.names().containsAll(changed.keySet())) {
        throw new ModelFormatException(whole, "lacks layers that the adapter changes");
      }
      var tensors = source.names().stream().map(source::info).toList();
      try (var writer =
          SafetensorsWriter.create(target.resolve(FILE), tensors, source.metadata())) {
        for (TensorInfo tensor : tensors) {
          var delta = changed.get(tensor.name());
          writer.write(
              tensor.name(),
              delta == null
                  ? source.data(tensor.name())
                  : merged(manager, source, tensor, delta, adapter.shape().scale()));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A and B of each layer, by the name of its weights. */
  private static Map<String, Delta> changed(LoraAdapter adapter, Architecture net) {
    net.layout().requireAdaptable();
    List<LoraTarget> targets = adapter.targets().stream().sorted().toList();
    var changed = new HashMap<String, Delta>();
    for (int block = 0; block < net.layers(); block++) {
      for (int i = 0; i < targets.size(); i++) {
        int at = 2 * (block * targets.size() + i);
        changed.put(
            LlamaWeights.matrixName(block, targets.get(i)),
            new Delta(adapter.matrices().get(at), adapter.matrices().get(at + 1)));
      }
    }
    return changed;
  }

  private record Delta(NDArray a, NDArray b) {}

  private static MemorySegment merged(
      NDManager manager, TensorSource source, TensorInfo tensor, Delta delta, double scale) {
    try (NDArray w = FloatTensors.read(manager, source, tensor.name(), tensor.shape());
        NDArray product = delta.b().matMul(delta.a());
        NDArray scaled = product.mul(scale);
        NDArray sum = w.add(scaled)) {
      return FloatTensors.stored(sum.toFloatArray(), tensor.type());
    }
  }

  /**
   * Numbers that are not finite would stay in the cache's slots, and spoil the answers of others
   * that use these later.
   *
   * @param folder that has {@value #FILE}
   * @throws UnsupportedModelException naming a tensor with a number that is not finite
   */
  public static void checkFinite(Path folder) {
    try (var source = Safetensors.open(folder.resolve(FILE))) {
      for (String name : source.names()) {
        if (!FloatTensors.finite(source.info(name), source.data(name))) {
          throw new UnsupportedModelException(name + " has numbers that are not finite");
        }
      }
    }
  }
}
