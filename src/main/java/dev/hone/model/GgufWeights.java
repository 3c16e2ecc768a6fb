package dev.hone.model;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The weights of a GGUF file of architecture {@code llama} under their Hugging Face names. */
final class GgufWeights {
  private static final Pattern LAYER = Pattern.compile("blk\\.(\\d+)\\.(\\w+)\\.(weight|bias)");

  private static final Map<String, String> IN_LAYER =
      Map.of(
          "attn_norm", "input_layernorm",
          "attn_q", "self_attn.q_proj",
          "attn_k", "self_attn.k_proj",
          "attn_v", "self_attn.v_proj",
          "attn_output", "self_attn.o_proj",
          "ffn_norm", "post_attention_layernorm",
          "ffn_gate", "mlp.gate_proj",
          "ffn_up", "mlp.up_proj",
          "ffn_down", "mlp.down_proj");

  private static final Map<String, String> OUTSIDE =
      Map.of(
          "token_embd.weight", "model.embed_tokens.weight",
          "output_norm.weight", "model.norm.weight",
          "output.weight", "lm_head.weight");

  private final Object file;
  private final Collection<GgufFile.Tensor> tensors;
  private final int headDimension;

  GgufWeights(Object file, Collection<GgufFile.Tensor> tensors, int headDimension) {
    this.file = file;
    this.tensors = tensors;
    this.headDimension = headDimension;
  }

  /**
   * @throws ModelFormatException naming the first tensor that a model of so many layers lacks
   */
  void checkComplete(int layers) {
    Set<String> names = tensors.stream().map(GgufFile.Tensor::name).collect(Collectors.toSet());
    Stream.concat(
            Stream.of("token_embd.weight", "output_norm.weight"),
            IntStream.range(0, layers)
                .boxed()
                .flatMap(
                    layer ->
                        IN_LAYER.keySet().stream()
                            .sorted()
                            .map(part -> "blk." + layer + "." + part + ".weight")))
        .filter(name -> !names.contains(name))
        .findFirst()
        .ifPresent(
            name -> {
              throw new ModelFormatException(file, "tensor " + name + " is missing");
            });
  }

  /** One tensor at a time through memory outside the heap, as large as the largest of them. */
  void write(Path target) throws IOException {
    List<TensorInfo> infos = new ArrayList<>();
    for (GgufFile.Tensor tensor : tensors) {
      infos.add(new TensorInfo(name(tensor.name()), stored(tensor.type()), tensor.shape()));
    }
    try (var writer = SafetensorsWriter.create(target, infos, Map.of("format", "pt"))) {
      int index = 0;
      for (GgufFile.Tensor tensor : tensors) {
        TensorInfo info = infos.get(index++);
        try (Arena arena = Arena.ofConfined()) {
          MemorySegment data = arena.allocate(info.byteSize());
          copy(tensor, info.type(), data);
          writer.write(info.name(), data);
        }
      }
    }
  }

  private String name(String name) {
    String outside = OUTSIDE.get(name);
    if (outside != null) {
      return outside;
    }
    Matcher layer = LAYER.matcher(name);
    if (layer.matches() && IN_LAYER.containsKey(layer.group(2))) {
      return "model.layers."
          + layer.group(1)
          + "."
          + IN_LAYER.get(layer.group(2))
          + "."
          + layer.group(3);
    }
    throw new ModelFormatException(
        file, "tensor " + name + " has no place in the architecture llama as Hone reads it");
  }

  /** Half types stay what they are; all else becomes what it stands for, in F32. */
  private static ElementType stored(GgufType type) {
    return switch (type) {
      case F16 -> ElementType.F16;
      case BF16 -> ElementType.BF16;
      case F32, Q4_0, Q4_1, Q8_0 -> ElementType.F32;
    };
  }

  private void copy(GgufFile.Tensor tensor, ElementType type, MemorySegment target) {
    boolean decode = type == ElementType.F32;
    if (!isPermuted(tensor.name())) {
      copy(tensor.type(), decode, tensor.data(), target);
      return;
    }
    // A bias is a column: one weight a row.
    long rows = tensor.shape()[0];
    long rowBytes = tensor.data().byteSize() / rows;
    long targetBytes = target.byteSize() / rows;
    if (rows % headDimension != 0) {
      throw new ModelFormatException(
          file, tensor.name() + " has " + rows + " rows, not whole heads of " + headDimension);
    }
    for (long row = 0; row < rows; row++) {
      var from = tensor.data().asSlice(row * rowBytes, rowBytes);
      var to = target.asSlice(unpermuted(row) * targetBytes, targetBytes);
      copy(tensor.type(), decode, from, to);
    }
  }

  private static void copy(GgufType type, boolean decode, MemorySegment from, MemorySegment to) {
    if (decode) {
      type.dequantise(from, to);
    } else {
      MemorySegment.copy(from, 0, to, 0, from.byteSize());
    }
  }

  private static boolean isPermuted(String name) {
    return name.contains(".attn_q.") || name.contains(".attn_k.");
  }

  /**
   * GGUF stores the two halves of a head that RoPE turns against each other as neighbours: row
   * {@code 2j + k} of a head is row {@code k * half + j} in the Hugging Face layout.
   */
  private long unpermuted(long row) {
    long head = row / headDimension;
    long inHead = row % headDimension;
    return head * headDimension + inHead % 2 * (headDimension / 2) + inHead / 2;
  }
}
