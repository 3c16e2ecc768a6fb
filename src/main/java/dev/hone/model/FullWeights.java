package dev.hone.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

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
  public static void merge(Path whole, LoraAdapter adapter, Architecture net, Path target) {
    try (var source = Safetensors.open(whole)) {
      var changes = Merging.of(adapter, source, net);
      if (!source.names().containsAll(changes.keySet())) {
        throw new ModelFormatException(whole, "lacks layers that the adapter changes");
      }
      write(target, source, changes, source.metadata());
    }
  }

  /**
   * Writes weights of which some are others, in the types and under the names of those stored.
   *
   * @param changes values by names; what has no stored namesake is not asked for
   */
  static void write(
      Path target,
      Safetensors stored,
      Map<String, Supplier<float[]>> changes,
      Map<String, String> metadata) {
    List<TensorInfo> infos = stored.names().stream().map(stored::info).toList();
    try (var writer = SafetensorsWriter.create(target.resolve(FILE), infos, metadata)) {
      for (TensorInfo info : infos) {
        var change = changes.get(info.name());
        writer.write(
            info.name(),
            change == null
                ? stored.data(info.name())
                : FloatTensors.stored(change.get(), info.type()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
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
