package dev.hone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files written byte by byte: what is read, and each way in which a file can be wrong. */
class GgufFileTest {
  private static final int F32 = 0;
  private static final int UINT32 = 4;
  private static final int STRING = 8;
  private static final int ARRAY = 9;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"2", "3"})
  void readsBothVersions(int version) throws IOException {
    Path file =
        file(
            out -> {
              header(out, version, 1, 9);
              value(out, "byte", 0).put((byte) 255);
              value(out, "short", 3).putShort((short) -2);
              value(out, "int", UINT32).putInt(-1);
              value(out, "long", 11).putLong(-3);
              value(out, "float", 6).putFloat(0.1f);
              value(out, "double", 12).putDouble(0.1);
              value(out, "flag", 7).put((byte) 1);
              string(value(out, "text", STRING), "é");
              value(out, "list", ARRAY).putInt(STRING).putLong(2);
              string(out, "a");
              string(out, "");
              tensor(out, "t", F32, 0, 2, 3);
              data(out, 24);
            });
    try (GgufFile gguf = GgufFile.open(file)) {
      assertThat(gguf.metadata().values())
          .containsEntry("byte", 255L)
          .containsEntry("short", -2L)
          .containsEntry("int", 4294967295L)
          .containsEntry("long", -3L)
          .containsEntry("float", 0.1)
          .containsEntry("double", 0.1)
          .containsEntry("flag", true)
          .containsEntry("text", "é")
          .containsEntry("list", List.of("a", ""));
      GgufFile.Tensor tensor = gguf.tensors().get("t");
      assertThat(tensor.shape()).as("outermost first").containsExactly(3, 2);
      assertThat(tensor.data().byteSize()).isEqualTo(24);
    }
  }

  @Test
  void refusesWhatIsNoGgufOfAKnownVersion() throws IOException {
    check(out -> out.putInt(0x12345678), "is not a GGUF file");
    check(out -> header(out, 1, 0, 0), "is GGUF version 1; supported: 2, 3");
    check(out -> header(out, Integer.reverseBytes(3), 0, 0), "big-endian");
    check(out -> out.put((byte) 'G'), "truncated: the magic number takes 4 bytes, 1 left");
  }

  @Test
  void refusesCountsThatTheFileCannotHold() throws IOException {
    check(out -> header(out, 3, Long.MAX_VALUE, 0), "the tensor count says 9223372036854775807");
    check(out -> header(out, 3, -1, 0), "the tensor count says 18446744073709551615");
    check(out -> header(out, 3, 0, 1000), "the metadata count says 1000, more than the file");
    check(
        out -> {
          header(out, 3, 0, 1);
          out.putLong(1L << 40);
          data(out, 32);
        },
        "the length of metadata key 0 says 1099511627776");
    check(
        out -> {
          header(out, 3, 0, 1);
          value(out, "list", ARRAY).putInt(UINT32).putLong(1L << 32);
          data(out, 32);
        },
        "the element count of list says 4294967296");
  }

  @Test
  void refusesMetadataThatMakesNoSense() throws IOException {
    check(
        out -> {
          header(out, 3, 0, 2);
          value(out, "key", UINT32).putInt(1);
          value(out, "key", UINT32).putInt(2);
        },
        "metadata key key occurs twice");
    check(
        out -> {
          header(out, 3, 0, 1);
          value(out, "key", 99).putInt(1);
        },
        "key has unknown value type 99");
    check(
        out -> {
          header(out, 3, 0, 1);
          value(out, "flag", 7).put((byte) 2);
        },
        "flag is a boolean of value 2");
    check(
        out -> {
          header(out, 3, 0, 1);
          value(out, "text", STRING).putLong(1).put((byte) 0xFF);
        },
        "text is not valid UTF-8");
    check(
        out -> {
          header(out, 3, 0, 1);
          value(out, "nested", ARRAY).putInt(ARRAY).putLong(1);
          data(out, 32);
        },
        "nested is an array of type 9");
    check(
        out -> {
          header(out, 3, 0, 1);
          value(out, "general.alignment", UINT32).putInt(3);
        },
        "general.alignment is 3, not a multiple of 8");
  }

  @Test
  void refusesTensorsThatDoNotFitTheFile() throws IOException {
    checkTensor(
        out -> tensor(out, "t", 16, 0, 256),
        "type IQ2_XXS, which is not supported; supported: F32");
    checkTensor(out -> tensor(out, "t", 77, 0, 256), "type number 77, which is not supported");
    checkTensor(out -> tensor(out, "t", 3, 0, 33), "rows of 33 weights, not whole blocks of Q4_1");
    checkTensor(out -> tensor(out, "t", F32, 8, 4), "starts at 8, not a multiple of 32");
    checkTensor(out -> tensor(out, "t", F32, -32, 4), "starts at -32");
    checkTensor(out -> tensor(out, "t", F32, 0, 17), "truncated: tensor t takes 68 bytes");
    checkTensor(out -> tensor(out, "t", F32, 1L << 60, 4), "truncated: tensor t takes 16 bytes");
    checkTensor(out -> tensor(out, "t", F32, 0, 0), "has a dimension of 0");
    checkTensor(out -> tensor(out, "t", F32, 0, 1L << 40, 1L << 40), "impossibly large");
    checkTensor(out -> tensor(out, "t", F32, 0, 1, 1, 1, 1, 1), "has 5 dimensions");
    checkTensor(out -> tensor(out, "t", F32, 0), "has 0 dimensions");
  }

  @Test
  void refusesTensorsOnTopOfEachOther() throws IOException {
    check(
        out -> {
          header(out, 3, 2, 0);
          tensor(out, "a", F32, 0, 12);
          tensor(out, "b", F32, 32, 4);
          data(out, 64);
        },
        "tensors a and b overlap");
    check(
        out -> {
          header(out, 3, 2, 0);
          tensor(out, "a", F32, 0, 4);
          tensor(out, "a", F32, 32, 4);
          data(out, 64);
        },
        "tensor a occurs twice");
  }

  private void checkTensor(Consumer<ByteBuffer> tensor, String problem) throws IOException {
    check(
        out -> {
          header(out, 3, 1, 0);
          tensor.accept(out);
          data(out, 64);
        },
        problem);
  }

  private void check(Consumer<ByteBuffer> content, String problem) throws IOException {
    Path file = file(content);
    assertThatThrownBy(() -> GgufFile.open(file))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(problem);
  }

  private Path file(Consumer<ByteBuffer> content) throws IOException {
    ByteBuffer out = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
    content.accept(out);
    byte[] bytes = new byte[out.position()];
    out.flip().get(bytes);
    return Files.write(folder.resolve("file.gguf"), bytes);
  }

  private static void header(ByteBuffer out, int version, long tensors, long metadata) {
    out.put("GGUF".getBytes(StandardCharsets.US_ASCII)).putInt(version);
    out.putLong(tensors).putLong(metadata);
  }

  private static ByteBuffer value(ByteBuffer out, String key, int type) {
    return string(out, key).putInt(type);
  }

  private static ByteBuffer string(ByteBuffer out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return out.putLong(bytes.length).put(bytes);
  }

  private static void tensor(ByteBuffer out, String name, int type, long offset, long... shape) {
    string(out, name).putInt(shape.length);
    for (long dimension : shape) {
      out.putLong(dimension);
    }
    out.putInt(type).putLong(offset);
  }

  /** Aligns and leaves room for the tensors. */
  private static void data(ByteBuffer out, int bytes) {
    out.position((out.position() + 31) / 32 * 32 + bytes);
  }
}
