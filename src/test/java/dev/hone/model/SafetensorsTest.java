package dev.hone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {
  private static final TensorInfo MATRIX =
      new TensorInfo("matrix", ElementType.F32, new long[] {2, 3});
  private static final TensorInfo SCALAR = new TensorInfo("scalar", ElementType.I64, new long[] {});
  private static final TensorInfo EMPTY = new TensorInfo("empty", ElementType.F16, new long[] {0});
  private static final MemorySegment SIX_FLOATS =
      MemorySegment.ofArray(new float[] {1, 2, 3, 4, 5, 6});

  @TempDir Path folder;

  @Test
  void readsWhatItWrote() throws IOException {
    Path file = write("model.safetensors", Map.of("format", "pt"), MATRIX, SCALAR, EMPTY);
    try (var read = Safetensors.open(folder)) {
      assertThat(read.metadata()).containsExactly(Map.entry("format", "pt"));
      assertThat(read.names()).containsExactlyInAnyOrder("matrix", "scalar", "empty");
      assertThat(read.info("matrix")).isEqualTo(MATRIX);
      assertThat(read.info("scalar")).isEqualTo(SCALAR);
      assertThat(read.data("matrix").mismatch(SIX_FLOATS)).isEqualTo(-1);
      assertThat(read.data("matrix").isReadOnly()).isTrue();
      assertThat(read.data("scalar").byteSize()).isEqualTo(8);
      assertThat(read.data("empty").byteSize()).isZero();
    }
    byte[] bytes = Files.readAllBytes(file);
    assertThat(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong() % 8).isZero();
  }

  @Test
  void readsShardsThroughTheirIndex() throws IOException {
    write("a.safetensors", Map.of(), MATRIX);
    write("b.safetensors", Map.of(), SCALAR);
    index("{'matrix': 'a.safetensors', 'scalar': 'b.safetensors'}");
    try (var read = Safetensors.open(folder)) {
      assertThat(read.names()).containsExactly("matrix", "scalar");
      assertThat(read.data("matrix").mismatch(SIX_FLOATS)).isEqualTo(-1);
    }
  }

  @Test
  void refusesAnIndexThatItsShardsDoNotFulfil() throws IOException {
    write("a.safetensors", Map.of(), MATRIX);
    index("{'matrix': 'a.safetensors', 'scalar': 'a.safetensors'}");
    assertThatThrownBy(() -> Safetensors.open(folder))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("missing from the shards: [scalar]");
  }

  @Test
  void refusesShardsOutsideTheFolder() throws IOException {
    index("{'matrix': '../a.safetensors'}");
    assertThatThrownBy(() -> Safetensors.open(folder))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("'../a.safetensors' is not the name of a safetensors file");
  }

  @Test
  void refusesATensorInTwoShards() throws IOException {
    write("a.safetensors", Map.of(), MATRIX, SCALAR);
    write("b.safetensors", Map.of(), SCALAR);
    index("{'matrix': 'a.safetensors', 'scalar': 'b.safetensors'}");
    assertThatThrownBy(() -> Safetensors.open(folder))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("scalar is also in another shard");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'a':{'dtype':'F33','shape':[1],'data_offsets':[0,4]}}                   | unknown dtype 'F33'",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,8]}}                   | needs 4 bytes, its data_offsets span 8",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[8,4]}}                   | begin <= end",
        "{'a':{'dtype':'F32','shape':[3],'data_offsets':[0,12]}}                  | truncated or its offsets are out of range",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}                   | bytes 0 to 4 of the data belong to no tensor",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}                   | bytes 4 to 8 of the data belong to no tensor",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},'b':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}} | tensor b overlaps",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}} | Duplicate field 'a'",
        "{'a':{'dtype':'F32','shape':[-2],'data_offsets':[0,8]}}                  | shape holds -2, not a count",
        "{'a':{'dtype':'F32','shape':[1.5],'data_offsets':[0,8]}}                 | shape holds 1.5, not a count",
        "{'a':{'dtype':'F32','shape':[9223372036854775807],'data_offsets':[0,8]}} | impossibly large",
        "{'a':{'dtype':'F32','data_offsets':[0,8]}}                               | has no shape",
        "{'a':{'dtype':'F32','shape':[2]}}                                        | has no data_offsets",
        "[]                                                                       | not a JSON object",
        "{'a'                                                                     | header is not valid"
      })
  void refusesHeadersThatDoNotDescribeTheirEightBytes(String header, String problem)
      throws IOException {
    byte[] json = header.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    Path file = raw(json.length, json, 8);
    assertThatThrownBy(() -> Safetensors.open(file))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageStartingWith(file.toString())
        .message()
        .satisfies(message -> assertThat(message.replace('"', '\'')).contains(problem));
  }

  @Test
  void refusesFilesCutInTheirHeader() throws IOException {
    Path file = raw(100, new byte[20], 0);
    assertThatThrownBy(() -> Safetensors.open(file))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("truncated: 28 bytes, its header alone takes 108");
    Files.write(file, new byte[3]);
    assertThatThrownBy(() -> Safetensors.open(file))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("truncated: 3 bytes");
  }

  @ParameterizedTest
  @CsvSource({"100000001, 100000001", "-1, 18446744073709551615"})
  void refusesHeadersThatClaimTooMuch(long length, String said) throws IOException {
    Path file = raw(length, new byte[8], 0);
    assertThatThrownBy(() -> Safetensors.open(file))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("header too large: " + said);
  }

  @Test
  void writesTensorsInTheirOrderOnly() throws IOException {
    Path file = folder.resolve("x.safetensors");
    try (var writer = SafetensorsWriter.create(file, List.of(MATRIX), Map.of())) {
      assertThatThrownBy(() -> writer.write("scalar", SIX_FLOATS))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("scalar is not next");
    }
    assertThatThrownBy(() -> SafetensorsWriter.create(file, List.of(MATRIX), Map.of()).close())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("lacks matrix");
  }

  private Path write(String name, Map<String, String> metadata, TensorInfo... tensors)
      throws IOException {
    Path file = folder.resolve(name);
    try (var writer = SafetensorsWriter.create(file, List.of(tensors), metadata)) {
      for (TensorInfo tensor : tensors) {
        writer.write(
            tensor.name(),
            tensor.equals(MATRIX)
                ? SIX_FLOATS
                : MemorySegment.ofArray(new byte[(int) tensor.byteSize()]));
      }
    }
    return file;
  }

  private void index(String weights) throws IOException {
    Files.writeString(
        folder.resolve("model.safetensors.index.json"),
        ("{'weight_map': " + weights + "}").replace('\'', '"'));
  }

  /** A file whose length field may lie. */
  private Path raw(long headerLength, byte[] header, int dataBytes) throws IOException {
    Path file = folder.resolve("raw.safetensors");
    var bytes = ByteBuffer.allocate(8 + header.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    Files.write(file, bytes.putLong(headerLength).put(header).array());
    return file;
  }
}
