package dev.hone.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The header of a safetensors file: 8 bytes little-endian header length N, then N bytes of JSON
 * {@code {"name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [begin, end]}, ...,
 * "__metadata__": {"key": "text"}}}, then the data, to which the offsets are relative and which the
 * tensors cover without gap or overlap.
 */
record SafetensorsHeader(Map<String, Entry> entries, Map<String, String> metadata) {
  /** A tensor's place; offsets are relative to the first byte behind the header. */
  record Entry(TensorInfo info, long begin, long end) {}

  static final int LENGTH_BYTES = 8;

  /** The reference implementation's bound: a longer header is an attack or a broken file. */
  static final long MAX_BYTES = 100_000_000;

  private static final String METADATA = "__metadata__";
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /**
   * @param file named in errors
   * @param dataSize bytes behind the header
   */
  static SafetensorsHeader parse(Object file, byte[] json, long dataSize) {
    JsonNode root;
    try {
      root = JSON.readTree(new String(json, StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new ModelFormatException(file, "header is not valid: " + e.getOriginalMessage(), e);
    }
    if (!(root instanceof ObjectNode header)) {
      throw new ModelFormatException(file, "header is not a JSON object");
    }
    List<Entry> entries = new ArrayList<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    for (var field : header.properties()) {
      if (field.getKey().equals(METADATA)) {
        field
            .getValue()
            .properties()
            .forEach(pair -> metadata.put(pair.getKey(), pair.getValue().asText()));
      } else {
        entries.add(entry(file, field.getKey(), field.getValue()));
      }
    }
    entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    checkCover(file, entries, dataSize);
    Map<String, Entry> byName = new LinkedHashMap<>();
    entries.forEach(entry -> byName.put(entry.info().name(), entry));
    return new SafetensorsHeader(byName, metadata);
  }

  private static Entry entry(Object file, String name, JsonNode node) {
    String typeName = node.path("dtype").asText();
    ElementType type =
        ElementType.named(typeName)
            .orElseThrow(
                () ->
                    new ModelFormatException(
                        file, "tensor " + name + " has unknown dtype '" + typeName + "'"));
    TensorInfo info = new TensorInfo(name, type, longs(file, name, node, "shape"));
    long[] offsets = longs(file, name, node, "data_offsets");
    if (offsets.length != 2 || offsets[0] > offsets[1]) {
      throw new ModelFormatException(
          file, "tensor " + name + ": data_offsets must be [begin, end] with begin <= end");
    }
    long expected;
    try {
      expected = info.byteSize();
    } catch (ArithmeticException e) {
      throw new ModelFormatException(file, "tensor " + info + " is impossibly large", e);
    }
    if (offsets[1] - offsets[0] != expected) {
      throw new ModelFormatException(
          file,
          "tensor "
              + info
              + " needs "
              + expected
              + " bytes, its data_offsets span "
              + (offsets[1] - offsets[0]));
    }
    return new Entry(info, offsets[0], offsets[1]);
  }

  private static long[] longs(Object file, String name, JsonNode node, String field) {
    JsonNode array = node.path(field);
    if (!array.isArray()) {
      throw new ModelFormatException(file, "tensor " + name + " has no " + field);
    }
    long[] values = new long[array.size()];
    for (int i = 0; i < values.length; i++) {
      JsonNode value = array.get(i);
      if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
        throw new ModelFormatException(
            file, "tensor " + name + ": " + field + " holds " + value + ", not a count");
      }
      values[i] = value.longValue();
    }
    return values;
  }

  private static void checkCover(Object file, List<Entry> sorted, long dataSize) {
    long covered = 0;
    for (Entry entry : sorted) {
      String name = entry.info().name();
      if (entry.end() > dataSize) {
        throw new ModelFormatException(
            file,
            "tensor "
                + name
                + " ends at byte "
                + entry.end()
                + " of the data, but only "
                + dataSize
                + " are there: the file is truncated or its offsets are out of range");
      }
      if (entry.begin() < covered) {
        throw new ModelFormatException(file, "tensor " + name + " overlaps the one before it");
      }
      if (entry.begin() > covered) {
        throw new ModelFormatException(
            file, "bytes " + covered + " to " + entry.begin() + " of the data belong to no tensor");
      }
      covered = entry.end();
    }
    if (covered != dataSize) {
      throw new ModelFormatException(
          file, "bytes " + covered + " to " + dataSize + " of the data belong to no tensor");
    }
  }

  /**
   * The header's JSON for tensors laid one behind the other, padded with spaces so that the data
   * starts at a multiple of 8 bytes.
   */
  static byte[] layOut(Collection<TensorInfo> tensors, Map<String, String> metadata) {
    ObjectNode root = JSON.createObjectNode();
    if (!metadata.isEmpty()) {
      ObjectNode texts = root.putObject(METADATA);
      metadata.forEach(texts::put);
    }
    long offset = 0;
    for (TensorInfo tensor : tensors) {
      if (root.has(tensor.name())) {
        throw new IllegalArgumentException("tensor " + tensor.name() + " is listed twice");
      }
      ObjectNode node = root.putObject(tensor.name());
      node.put("dtype", tensor.type().name());
      var shape = node.putArray("shape");
      for (long dimension : tensor.shape()) {
        shape.add(dimension);
      }
      node.putArray("data_offsets").add(offset).add(offset + tensor.byteSize());
      offset += tensor.byteSize();
    }
    String json = root.toString();
    int length = json.getBytes(StandardCharsets.UTF_8).length;
    return (json + " ".repeat(-length & 7)).getBytes(StandardCharsets.UTF_8);
  }
}
