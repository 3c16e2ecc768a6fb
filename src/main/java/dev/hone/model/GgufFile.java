package dev.hone.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A mapped GGUF file, version 2 or 3, little-endian: magic {@code GGUF}, version, tensor count,
 * metadata count, metadata, tensor descriptions, padding, tensor data. Files come from anywhere:
 * what does not add up is refused with the place in the file.
 */
public final class GgufFile implements AutoCloseable {
  private static final int MAGIC = 0x46554747;
  private static final int MAX_DIMENSIONS = 4;

  /** Key length, type and a one-byte value. */
  private static final int LEAST_METADATA_BYTES = 13;

  /** Name length, dimension count, one dimension, type and offset. */
  private static final int LEAST_TENSOR_BYTES = 32;

  /**
   * A tensor as stored.
   *
   * @param shape outermost dimension first (GGUF itself writes the innermost first)
   * @param data {@code shape} weights in blocks along the innermost dimension
   */
  record Tensor(String name, GgufType type, long[] shape, MemorySegment data) {
    /** The innermost dimension. */
    long columns() {
      return shape[shape.length - 1];
    }

    long rows() {
      return data.byteSize() / type.rowBytes(columns());
    }
  }

  private final Arena arena;
  private final GgufMetadata metadata;
  private final Map<String, Tensor> tensors;

  private GgufFile(Arena arena, GgufMetadata metadata, Map<String, Tensor> tensors) {
    this.arena = arena;
    this.metadata = metadata;
    this.tensors = tensors;
  }

  /**
   * @throws ModelFormatException naming the place in the file and what is wrong there
   */
  public static GgufFile open(Path file) {
    Arena arena = Arena.ofShared();
    boolean opened = false;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      var whole = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      GgufFile result = parse(file, arena, whole);
      opened = true;
      return result;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      if (!opened) {
        arena.close();
      }
    }
  }

  private static GgufFile parse(Path file, Arena arena, MemorySegment whole) {
    var cursor = new GgufCursor(file, whole);
    if (cursor.int32("the magic number") != MAGIC) {
      throw new ModelFormatException(file, "is not a GGUF file: it does not start with 'GGUF'");
    }
    int version = cursor.int32("the version");
    if (version != 2 && version != 3) {
      throw new ModelFormatException(
          file,
          Integer.reverseBytes(version) <= 3 && Integer.reverseBytes(version) > 0
              ? "is big-endian GGUF; only little-endian is supported"
              : "is GGUF version " + version + "; supported: 2, 3");
    }
    int tensorCount = cursor.count("the tensor count", LEAST_TENSOR_BYTES);
    int metadataCount = cursor.count("the metadata count", LEAST_METADATA_BYTES);
    Map<String, Object> metadata = new LinkedHashMap<>();
    for (int i = 0; i < metadataCount; i++) {
      String key = cursor.string("metadata key " + i);
      if (metadata.containsKey(key)) {
        throw cursor.wrong("metadata key " + key + " occurs twice");
      }
      metadata.put(key, cursor.value(key));
    }
    List<Description> descriptions = new ArrayList<>(tensorCount);
    for (int i = 0; i < tensorCount; i++) {
      descriptions.add(Description.read(file, cursor, i));
    }
    long alignment = alignment(file, metadata);
    long dataStart = Math.ceilDiv(cursor.position(), alignment) * alignment;
    var tensors = tensors(file, descriptions, alignment, whole, dataStart);
    return new GgufFile(arena, new GgufMetadata(file, metadata), tensors);
  }

  private static long alignment(Path file, Map<String, Object> metadata) {
    Object alignment = metadata.getOrDefault("general.alignment", 32L);
    if (alignment instanceof Long bytes && bytes > 0 && bytes <= 1 << 20 && bytes % 8 == 0) {
      return bytes;
    }
    throw new ModelFormatException(
        file, "general.alignment is " + alignment + ", not a multiple of 8 up to 1048576");
  }

  /** A tensor's description, its size already checked against overflow. */
  private record Description(String name, GgufType type, long[] shape, long offset, long bytes) {
    static Description read(Path file, GgufCursor cursor, int index) {
      String name = cursor.string("the name of tensor " + index);
      int dimensions = cursor.int32("the dimension count of " + name);
      if (dimensions < 1 || dimensions > MAX_DIMENSIONS) {
        throw cursor.wrong(
            "tensor " + name + " has " + dimensions + " dimensions, 1 to 4 are allowed");
      }
      long[] shape = new long[dimensions];
      for (int d = dimensions - 1; d >= 0; d--) {
        shape[d] = cursor.int64("a dimension of " + name);
        if (shape[d] < 1) {
          throw cursor.wrong("tensor " + name + " has a dimension of " + shape[d]);
        }
      }
      GgufType type = GgufType.of(file, name, cursor.int32("the type of " + name));
      long offset = cursor.int64("the offset of " + name);
      long columns = shape[dimensions - 1];
      if (columns % type.blockElements() != 0) {
        throw cursor.wrong(
            "tensor " + name + " has rows of " + columns + " weights, not whole blocks of " + type);
      }
      try {
        long bytes = type.rowBytes(columns);
        for (int d = 0; d < dimensions - 1; d++) {
          bytes = Math.multiplyExact(bytes, shape[d]);
        }
        return new Description(name, type, shape, offset, bytes);
      } catch (ArithmeticException e) {
        throw new ModelFormatException(file, "tensor " + name + " is impossibly large", e);
      }
    }
  }

  private static Map<String, Tensor> tensors(
      Path file,
      List<Description> descriptions,
      long alignment,
      MemorySegment whole,
      long dataStart) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    long dataSize = Math.max(0, whole.byteSize() - dataStart);
    for (Description tensor : descriptions) {
      long offset = tensor.offset();
      if (offset < 0 || offset % alignment != 0) {
        throw new ModelFormatException(
            file,
            "tensor "
                + tensor.name()
                + " starts at "
                + offset
                + ", not a multiple of "
                + alignment);
      }
      if (offset > dataSize || tensor.bytes() > dataSize - offset) {
        throw new ModelFormatException(
            file,
            "truncated: tensor "
                + tensor.name()
                + " takes "
                + tensor.bytes()
                + " bytes from byte "
                + offset
                + " of the data, which has "
                + dataSize);
      }
      var data = whole.asSlice(dataStart + offset, tensor.bytes());
      var read = new Tensor(tensor.name(), tensor.type(), tensor.shape(), data);
      if (tensors.put(tensor.name(), read) != null) {
        throw new ModelFormatException(file, "tensor " + tensor.name() + " occurs twice");
      }
    }
    checkOverlap(file, descriptions);
    return tensors;
  }

  private static void checkOverlap(Path file, List<Description> descriptions) {
    var sorted =
        descriptions.stream().sorted(Comparator.comparingLong(Description::offset)).toList();
    for (int i = 1; i < sorted.size(); i++) {
      Description before = sorted.get(i - 1);
      if (before.offset() + before.bytes() > sorted.get(i).offset()) {
        throw new ModelFormatException(
            file, "tensors " + before.name() + " and " + sorted.get(i).name() + " overlap");
      }
    }
  }

  GgufMetadata metadata() {
    return metadata;
  }

  /** By name, in file order. */
  Map<String, Tensor> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  /** Unmaps the file; no tensor's data may be read after it. */
  @Override
  public void close() {
    arena.close();
  }
}
