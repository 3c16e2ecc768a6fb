package dev.hone.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Reads safetensors by mapping the files into memory: opening costs the header only, pages are read
 * when touched. One file, or the shards of a {@code model.safetensors.index.json}.
 */
public final class Safetensors implements TensorSource {
  private static final ValueLayout.OfLong LENGTH =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Arena arena;
  private final Map<String, Tensor> tensors;
  private final Map<String, String> metadata;

  private record Tensor(TensorInfo info, MemorySegment data) {}

  private Safetensors(Arena arena, Map<String, Tensor> tensors, Map<String, String> metadata) {
    this.arena = arena;
    this.tensors = tensors;
    this.metadata = metadata;
  }

  /**
   * Opens one file, a shard index, or a model folder holding {@code model.safetensors} or {@code
   * model.safetensors.index.json}.
   *
   * @throws ModelFormatException naming the file and what is wrong with it
   */
  public static Safetensors open(Path path) {
    Arena arena = Arena.ofShared();
    boolean opened = false;
    try {
      Safetensors result = open(path, arena);
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

  private static Safetensors open(Path path, Arena arena) throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    Path file = Files.isDirectory(path) ? inFolder(path) : path;
    if (!file.getFileName().toString().endsWith(".json")) {
      map(file, arena, tensors, metadata);
      return new Safetensors(arena, tensors, metadata);
    }
    Map<String, String> shardOf = shards(file);
    for (String shard : new LinkedHashSet<>(shardOf.values())) {
      map(file.resolveSibling(shard), arena, tensors, metadata);
    }
    if (!tensors.keySet().equals(shardOf.keySet())) {
      Set<String> difference = new LinkedHashSet<>(shardOf.keySet());
      difference.removeAll(tensors.keySet());
      throw new ModelFormatException(
          file, "the index and its shards disagree; missing from the shards: " + difference);
    }
    return new Safetensors(arena, tensors, metadata);
  }

  private static Path inFolder(Path folder) {
    Path single = folder.resolve("model.safetensors");
    Path index = folder.resolve("model.safetensors.index.json");
    if (Files.exists(single)) {
      return single;
    }
    if (Files.exists(index)) {
      return index;
    }
    throw new ModelFormatException(
        folder, "has neither model.safetensors nor model.safetensors.index.json");
  }

  private static Map<String, String> shards(Path index) throws IOException {
    JsonNode weights = new JsonMapper().readTree(index.toFile()).path("weight_map");
    if (!weights.isObject() || weights.isEmpty()) {
      throw new ModelFormatException(index, "has no weight_map");
    }
    Map<String, String> shardOf = new LinkedHashMap<>();
    for (var field : weights.properties()) {
      String shard = field.getValue().asText();
      if (!shard.endsWith(".safetensors") || shard.contains("/") || shard.contains("\\")) {
        throw new ModelFormatException(
            index, "'" + shard + "' is not the name of a safetensors file beside the index");
      }
      shardOf.put(field.getKey(), shard);
    }
    return shardOf;
  }

  private static void map(
      Path file, Arena arena, Map<String, Tensor> tensors, Map<String, String> metadata)
      throws IOException {
    MemorySegment whole;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      whole = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
    }
    if (whole.byteSize() < SafetensorsHeader.LENGTH_BYTES) {
      throw new ModelFormatException(
          file, "truncated: " + whole.byteSize() + " bytes, a header takes at least 8");
    }
    long length = whole.get(LENGTH, 0);
    if (length < 0 || length > SafetensorsHeader.MAX_BYTES) {
      throw new ModelFormatException(
          file,
          "header too large: "
              + Long.toUnsignedString(length)
              + " bytes, at most "
              + SafetensorsHeader.MAX_BYTES
              + " are allowed");
    }
    long dataStart = SafetensorsHeader.LENGTH_BYTES + length;
    if (dataStart > whole.byteSize()) {
      throw new ModelFormatException(
          file, "truncated: " + whole.byteSize() + " bytes, its header alone takes " + dataStart);
    }
    byte[] json =
        whole.asSlice(SafetensorsHeader.LENGTH_BYTES, length).toArray(ValueLayout.JAVA_BYTE);
    var header = SafetensorsHeader.parse(file, json, whole.byteSize() - dataStart);
    metadata.putAll(header.metadata());
    for (var entry : header.entries().values()) {
      var data = whole.asSlice(dataStart + entry.begin(), entry.end() - entry.begin());
      String name = entry.info().name();
      if (tensors.put(name, new Tensor(entry.info(), data)) != null) {
        throw new ModelFormatException(file, "tensor " + name + " is also in another shard");
      }
    }
  }

  /** The free texts of the header's {@code __metadata__}. */
  public Map<String, String> metadata() {
    return Collections.unmodifiableMap(metadata);
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(tensors.keySet());
  }

  @Override
  public TensorInfo info(String name) {
    return tensor(name).info();
  }

  @Override
  public MemorySegment data(String name) {
    return tensor(name).data();
  }

  private Tensor tensor(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("no tensor " + name);
    }
    return tensor;
  }

  /** Unmaps the files; no data segment may be read after it. */
  @Override
  public void close() {
    arena.close();
  }
}
