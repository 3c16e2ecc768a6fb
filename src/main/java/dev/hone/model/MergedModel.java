package dev.hone.model;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** A model in Hugging Face layout with an adapter multiplied into its weights, or without. */
public final class MergedModel implements AutoCloseable {
  private static final String CONFIG = "config.json";

  private final Path base;
  private final Path folder;
  private final Architecture net;
  private final Optional<LoraAdapter> adapter;

  /** Of a base or a version. */
  public static MergedModel open(NDManager manager, VersionWeights weights) {
    var net = weights.architecture();
    var adapter = weights.adapter().map(folder -> LoraAdapter.load(manager, folder, net));
    return new MergedModel(weights, net, adapter);
  }

  private MergedModel(VersionWeights weights, Architecture net, Optional<LoraAdapter> adapter) {
    this.base = weights.base();
    this.folder = weights.whole();
    this.net = net;
    this.adapter = adapter;
  }

  public Architecture architecture() {
    return net;
  }

  /** What {@link Network#load} loads of it; whoever opens it closes it, before the model. */
  TensorSource tensors() {
    var weights = Safetensors.open(folder);
    return adapter.isPresent()
        ? new ChangedTensors(weights, Merging.of(adapter.get(), weights, net))
        : weights;
  }

  /**
   * Writes {@code model.safetensors} under the names and in the types of the model's own files,
   * with the same {@code config.json}. Nothing is forced to disk.
   *
   * @param target exists
   * @param changes the values of tensors by their names; where the model has no such tensor, they
   *     are not asked for
   */
  void write(Path target, Map<String, Supplier<float[]>> changes) {
    try (var stored = Safetensors.open(folder)) {
      Map<String, Supplier<float[]>> all = new HashMap<>();
      adapter.ifPresent(it -> all.putAll(Merging.of(it, stored, net)));
      all.putAll(changes);
      FullWeights.write(target, stored, all, Map.of("format", "pt"));
      Files.copy(base.resolve(CONFIG), target.resolve(CONFIG));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    adapter.ifPresent(LoraAdapter::close);
  }
}
