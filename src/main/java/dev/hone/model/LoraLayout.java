package dev.hone.model;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The order of an adapter's matrices, block by block, within it in the order of {@link LoraTarget},
 * A then B; and PEFT's names for them.
 */
public final class LoraLayout {
  static final String CONFIG = "adapter_config.json";
  static final String WEIGHTS = "adapter_model.safetensors";

  private LoraLayout() {}

  /**
   * Name and shape of each matrix.
   *
   * @throws UnsupportedModelException if such a model can have no adapters
   */
  public static List<TensorInfo> of(LoraShape shape, Architecture net) {
    net.layout().requireAdaptable();
    var list = new ArrayList<TensorInfo>();
    for (int block = 0; block < net.layers(); block++) {
      for (LoraTarget target : shape.targets().stream().sorted().toList()) {
        list.add(tensor(name(block, target, "A"), shape.rank(), target.inputWidth(net)));
        list.add(tensor(name(block, target, "B"), target.outputWidth(net), shape.rank()));
      }
    }
    return List.copyOf(list);
  }

  /** The same, with the lengths of each target's rows behind its B. */
  static List<TensorInfo> withMagnitudes(LoraShape shape, Architecture net) {
    var list = new ArrayList<TensorInfo>();
    for (TensorInfo half : of(shape, net)) {
      list.add(half);
      if (half.name().endsWith("lora_B.weight")) {
        String name = half.name().replace("lora_B", "lora_magnitude_vector");
        list.add(tensor(name, half.shape()[0]));
      }
    }
    return List.copyOf(list);
  }

  private static TensorInfo tensor(String name, long... shape) {
    return new TensorInfo(name, ElementType.F32, shape);
  }

  static String name(int block, LoraTarget target, String half) {
    return "base_model.model.model.layers.%d.%s.lora_%s.weight"
        .formatted(block, target.module(), half);
  }

  static void write(
      Path folder, LoraShape shape, Architecture net, String base, List<NDArray> matrices) {
    var json = new JsonMapper().createObjectNode();
    json.put("peft_type", "LORA");
    json.put("task_type", "CAUSAL_LM");
    json.put("base_model_name_or_path", base);
    json.put("r", shape.rank());
    json.put("lora_alpha", shape.alpha());
    json.put("lora_dropout", 0.0);
    if (shape.rankStabilised()) {
      json.put("use_rslora", true);
    }
    json.put("bias", "none");
    json.put("fan_in_fan_out", false);
    json.put("inference_mode", true);
    var modules = json.putArray("target_modules");
    for (LoraTarget target : shape.targets().stream().sorted().toList()) {
      modules.add(target.module().substring(target.module().indexOf('.') + 1));
    }
    try {
      new JsonMapper()
          .writerWithDefaultPrettyPrinter()
          .writeValue(folder.resolve(CONFIG).toFile(), json);
      var layout = of(shape, net);
      try (var writer =
          SafetensorsWriter.create(folder.resolve(WEIGHTS), layout, Map.of("format", "pt"))) {
        for (int i = 0; i < layout.size(); i++) {
          writer.write(layout.get(i).name(), MemorySegment.ofArray(matrices.get(i).toFloatArray()));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
