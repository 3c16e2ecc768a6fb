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
 * Low-rank changes to some kinds of linear layers: each becomes {@code x W' + x A' B'}, where the
 * scale alpha / r is part of B.
 *
 * @param matrices block by block, within it in the order of {@link LoraTarget}: A [rank, input],
 *     then B [output, rank]; f32
 */
public record LoraAdapter(Set<LoraTarget> targets, List<NDArray> matrices)
    implements AutoCloseable {
  public LoraAdapter {
    targets = Set.copyOf(targets);
    matrices = List.copyOf(matrices);
  }

  /**
   * Reads an adapter in PEFT's layout: {@code adapter_config.json} and {@code
   * adapter_model.safetensors}. rsLoRA's scale is respected.
   */
  public static LoraAdapter load(NDManager manager, Path folder, Architecture net) {
    try (var source = Safetensors.open(folder.resolve("adapter_model.safetensors"))) {
      var config = new JsonMapper().readTree(folder.resolve("adapter_config.json").toFile());
      int rank = config.path("r").asInt();
      double alpha = config.path("lora_alpha").asDouble();
      boolean stabilised = config.path("use_rslora").asBoolean(false);
      double scale = alpha / (stabilised ? Math.sqrt(rank) : rank);
      var targets = EnumSet.noneOf(LoraTarget.class);
      for (LoraTarget target : LoraTarget.values()) {
        if (source.names().contains(name(0, target, "A"))) {
          targets.add(target);
        }
      }
      var matrices = new ArrayList<NDArray>();
      for (int block = 0; block < net.layers(); block++) {
        for (LoraTarget target : targets) {
          matrices.add(
              matrix(manager, source, name(block, target, "A"), rank, target.inputWidth(net)));
          NDArray b =
              matrix(manager, source, name(block, target, "B"), target.outputWidth(net), rank);
          matrices.add(b.muli(scale));
        }
      }
      if (matrices.size() != source.names().size()) {
        throw new UnsupportedModelException(
            "the adapter has tensors other than A and B of " + targets);
      }
      return new LoraAdapter(targets, matrices);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String name(int block, LoraTarget target, String half) {
    return "base_model.model.model.layers.%d.%s.lora_%s.weight"
        .formatted(block, target.module(), half);
  }

  private static NDArray matrix(
      NDManager manager, TensorSource source, String name, int rows, int columns) {
    try (var mapped = FloatTensors.read(manager, source, name, rows, columns)) {
      return mapped.duplicate();
    }
  }

  @Override
  public void close() {
    matrices.forEach(NDArray::close);
  }
}
