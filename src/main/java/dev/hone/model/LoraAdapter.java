package dev.hone.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Low-rank changes to some kinds of linear layers, in f32.
 *
 * @param matrices in the order of {@link LoraLayout}: A [rank, input], B [output, rank]; the scale
 *     is in neither
 */
public record LoraAdapter(LoraShape shape, List<NDArray> matrices) implements Trainable {
  public LoraAdapter {
    matrices = List.copyOf(matrices);
  }

  @Override
  public List<NDArray> masters() {
    return matrices;
  }

  @Override
  public List<TensorInfo> layout(Architecture net) {
    return LoraLayout.of(shape, net);
  }

  public Set<LoraTarget> targets() {
    return shape.targets();
  }

  /**
   * Reads an adapter in PEFT's layout: {@code adapter_config.json} and {@code
   * adapter_model.safetensors}.
   *
   * @throws UnsupportedModelException if it changes more than linear layers' A and B
   */
  public static LoraAdapter load(NDManager manager, Path folder, Architecture net) {
    try (var source = Safetensors.open(folder.resolve(LoraLayout.WEIGHTS))) {
      var shape = shape(folder, source);
      var layout = LoraLayout.of(shape, net);
      if (layout.size() != source.names().size()) {
        throw new UnsupportedModelException(
            "the adapter has tensors other than A and B of " + shape.targets());
      }
      var matrices = new ArrayList<NDArray>();
      for (TensorInfo tensor : layout) {
        try (var mapped = FloatTensors.read(manager, source, tensor.name(), tensor.shape())) {
          matrices.add(mapped.duplicate());
        }
      }
      return new LoraAdapter(shape, matrices);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Of an adapter in a folder, whose numbers are not read. */
  public static LoraShape shape(Path folder) {
    try (var source = Safetensors.open(folder.resolve(LoraLayout.WEIGHTS))) {
      return shape(folder, source);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static LoraShape shape(Path folder, Safetensors source) throws IOException {
    var config = new JsonMapper().readTree(folder.resolve(LoraLayout.CONFIG).toFile());
    int rank = config.path("r").asInt();
    double alpha = config.path("lora_alpha").asDouble();
    boolean rankStabilised = config.path("use_rslora").asBoolean(false);
    var targets = EnumSet.noneOf(LoraTarget.class);
    for (LoraTarget target : LoraTarget.values()) {
      if (source.names().contains(LoraLayout.name(0, target, "A"))) {
        targets.add(target);
      }
    }
    return new LoraShape(rank, alpha, targets, rankStabilised);
  }

  /**
   * Writes the adapter so that PEFT loads it over the base.
   *
   * @param folder exists; nothing is forced to disk
   * @param base what {@code adapter_config.json} names as its base
   */
  @Override
  public void save(Path folder, Architecture net, String base) {
    LoraLayout.write(folder, shape, net, base, matrices);
  }

  /** Copies of the matrices, in which each B carries the scale. */
  List<NDArray> scaled(NDManager manager) {
    var copies = new ArrayList<NDArray>();
    for (int i = 0; i < matrices.size(); i++) {
      NDArray copy = matrices.get(i).duplicate();
      copy.attach(manager);
      copies.add(i % 2 == 0 ? copy : copy.muli(shape.scale()));
    }
    return copies;
  }

  @Override
  public void close() {
    matrices.forEach(NDArray::close);
  }
}
