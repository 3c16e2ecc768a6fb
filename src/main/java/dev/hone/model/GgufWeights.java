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
import java.util.stream.Collectors;

/** The weights of a GGUF file under their Hugging Face names. */
final class GgufWeights {
  private final Object file;
  private final GgufArchitecture architecture;
  private final Collection<GgufFile.Tensor> tensors;
  private final int headDimension;

  GgufWeights(
      Object file,
      GgufArchitecture architecture,
      Collection<GgufFile.Tensor> tensors,
      int headDimension) {
    this.file = file;
    this.architecture = architecture;
    this.tensors =
        tensors.stream()
            .filter(tensor -> !GgufArchitecture.isConfiguration(tensor.name()))
            .toList();
    this.headDimension = headDimension;
  }

  /**
   * @throws ModelFormatException naming the first tensor that a model of so many layers lacks
   */
  void checkComplete(int layers) {
    Set<String> names = tensors.stream().map(GgufFile.Tensor::name).collect(Collectors.toSet());
    architecture
        .required(layers)
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
      infos.add(new TensorInfo(name(tensor.name()), stored(tensor.type()), shape(tensor)));
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
    return architecture
        .name(name)
        .orElseThrow(
            () ->
                new ModelFormatException(
                    file,
                    "tensor "
                        + name
                        + " has no place in the architecture "
                        + architecture.id()
                        + " as Hone reads it"));
  }

  private long[] shape(GgufFile.Tensor tensor) {
    long[] shape = tensor.shape();
    return architecture.turns(tensor) ? new long[] {shape[1], shape[0]} : shape;
  }

  /** Half types stay what they are; all else becomes what it stands for, in F32. */
  private static ElementType stored(GgufType type) {
    return switch (type) {
      case F16 -> ElementType.F16;
      case BF16 -> ElementType.BF16;
      case F32, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K -> ElementType.F32;
    };
  }

  private void copy(GgufFile.Tensor tensor, ElementType type, MemorySegment target) {
    boolean decode = type == ElementType.F32;
    if (architecture.turns(tensor)) {
      copyTurned(tensor, decode, target);
      return;
    }
    if (!architecture.permutes(tensor.name())) {
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

  /** Rows become columns. */
  private static void copyTurned(GgufFile.Tensor tensor, boolean decode, MemorySegment target) {
    long rows = tensor.shape()[0];
    long columns = tensor.shape()[1];
    int bytes = (int) (target.byteSize() / (rows * columns));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment straight = arena.allocate(target.byteSize());
      copy(tensor.type(), decode, tensor.data(), straight);
      for (long row = 0; row < rows; row++) {
        for (long column = 0; column < columns; column++) {
          long from = (row * columns + column) * bytes;
          MemorySegment.copy(straight, from, target, (column * rows + row) * bytes, bytes);
        }
      }
    }
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
