package dev.hone.model;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The tensor types of GGUF that Hone reads. The quantised ones hold blocks of 32 weights with
 * half-precision scales, or of 256 as {@link GgufSuperBlocks} reads them; all values are
 * little-endian.
 */
enum GgufType {
  F32(0, 1, 4),
  F16(1, 1, 2),
  Q4_0(2, 32, 18),
  Q4_1(3, 32, 20),
  Q5_0(6, 32, 22),
  Q5_1(7, 32, 24),
  Q8_0(8, 32, 34),
  Q2_K(10, 256, 84),
  Q3_K(11, 256, 110),
  Q4_K(12, 256, 144),
  Q5_K(13, 256, 176),
  Q6_K(14, 256, 210),
  BF16(30, 1, 2);

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Named so that the refusal can say what the file holds. */
  private static final Map<Integer, String> UNSUPPORTED =
      Map.ofEntries(
          Map.entry(9, "Q8_1"),
          Map.entry(15, "Q8_K"),
          Map.entry(16, "IQ2_XXS"),
          Map.entry(17, "IQ2_XS"),
          Map.entry(18, "IQ3_XXS"),
          Map.entry(19, "IQ1_S"),
          Map.entry(20, "IQ4_NL"),
          Map.entry(21, "IQ3_S"),
          Map.entry(22, "IQ2_S"),
          Map.entry(23, "IQ4_XS"),
          Map.entry(24, "I8"),
          Map.entry(25, "I16"),
          Map.entry(26, "I32"),
          Map.entry(27, "I64"),
          Map.entry(28, "F64"),
          Map.entry(29, "IQ1_M"),
          Map.entry(34, "TQ1_0"),
          Map.entry(35, "TQ2_0"),
          Map.entry(39, "MXFP4"));

  private final int id;
  private final int blockElements;
  private final int blockBytes;

  GgufType(int id, int blockElements, int blockBytes) {
    this.id = id;
    this.blockElements = blockElements;
    this.blockBytes = blockBytes;
  }

  static GgufType of(Object file, String tensor, int id) {
    for (GgufType type : values()) {
      if (type.id == id) {
        return type;
      }
    }
    throw new ModelFormatException(
        file,
        "tensor "
            + tensor
            + " has type "
            + UNSUPPORTED.getOrDefault(id, "number " + id)
            + ", which is not supported; supported: "
            + Arrays.stream(values()).map(Enum::name).collect(Collectors.joining(", ")));
  }

  /** Weights in a block; a row is a whole number of blocks. */
  int blockElements() {
    return blockElements;
  }

  /** Bytes of a row of {@code elements} weights. */
  long rowBytes(long elements) {
    return Math.multiplyExact(elements / blockElements, (long) blockBytes);
  }

  /**
   * Decodes whole blocks.
   *
   * @param in the blocks, back to back
   * @param out room for 4 bytes a weight
   */
  void dequantise(MemorySegment in, MemorySegment out) {
    long blocks = in.byteSize() / blockBytes;
    switch (this) {
      case F32 -> MemorySegment.copy(in, 0, out, 0, in.byteSize());
      case F16 -> {
        for (long i = 0; i < blocks; i++) {
          out.set(FLOAT, 4 * i, half(in, 2 * i));
        }
      }
      case BF16 -> {
        for (long i = 0; i < blocks; i++) {
          out.set(FLOAT, 4 * i, Float.intBitsToFloat(in.get(SHORT, 2 * i) << 16));
        }
      }
      case Q8_0 -> q8(in, blocks, out);
      case Q4_0 -> q4(in, blocks, out);
      case Q4_1 -> q4WithMinimum(in, blocks, out);
      case Q5_0 -> q5(in, blocks, out);
      case Q5_1 -> q5WithMinimum(in, blocks, out);
      case Q2_K -> GgufSuperBlocks.q2(in, blocks, out);
      case Q3_K -> GgufSuperBlocks.q3(in, blocks, out);
      case Q4_K -> GgufSuperBlocks.q4(in, blocks, out);
      case Q5_K -> GgufSuperBlocks.q5(in, blocks, out);
      case Q6_K -> GgufSuperBlocks.q6(in, blocks, out);
    }
  }

  /** Block: half scale, then 32 signed bytes; weight i = scale * q[i]. */
  private static void q8(MemorySegment in, long blocks, MemorySegment out) {
    for (long b = 0; b < blocks; b++) {
      long at = b * 34;
      float scale = half(in, at);
      for (int i = 0; i < 32; i++) {
        out.set(FLOAT, 4 * (b * 32 + i), scale * in.get(ValueLayout.JAVA_BYTE, at + 2 + i));
      }
    }
  }

  /**
   * Block: half scale, then 16 bytes, byte i holding weight i in its low and weight i + 16 in its
   * high four bits; weight = scale * (q - 8).
   */
  private static void q4(MemorySegment in, long blocks, MemorySegment out) {
    for (long b = 0; b < blocks; b++) {
      long at = b * 18;
      float scale = half(in, at);
      for (int i = 0; i < 16; i++) {
        int pair = in.get(ValueLayout.JAVA_BYTE, at + 2 + i);
        out.set(FLOAT, 4 * (b * 32 + i), scale * ((pair & 15) - 8));
        out.set(FLOAT, 4 * (b * 32 + i + 16), scale * ((pair >> 4 & 15) - 8));
      }
    }
  }

  /** Block: half scale, half minimum, 16 bytes as in Q4_0; weight = scale * q + minimum. */
  private static void q4WithMinimum(MemorySegment in, long blocks, MemorySegment out) {
    for (long b = 0; b < blocks; b++) {
      long at = b * 20;
      float scale = half(in, at);
      float minimum = half(in, at + 2);
      for (int i = 0; i < 16; i++) {
        int pair = in.get(ValueLayout.JAVA_BYTE, at + 4 + i);
        out.set(FLOAT, 4 * (b * 32 + i), scale * (pair & 15) + minimum);
        out.set(FLOAT, 4 * (b * 32 + i + 16), scale * (pair >> 4 & 15) + minimum);
      }
    }
  }

  /** Block: half scale, 32 fifth bits, 16 bytes as in Q4_0; weight = scale * (q - 16). */
  private static void q5(MemorySegment in, long blocks, MemorySegment out) {
    for (long b = 0; b < blocks; b++) {
      long at = b * 22;
      float scale = half(in, at);
      for (int i = 0; i < 32; i++) {
        out.set(FLOAT, 4 * (b * 32 + i), scale * (fiveBits(in, at + 2, i) - 16));
      }
    }
  }

  /** Block: half scale, half minimum, then as in Q5_0; weight = scale * q + minimum. */
  private static void q5WithMinimum(MemorySegment in, long blocks, MemorySegment out) {
    for (long b = 0; b < blocks; b++) {
      long at = b * 24;
      float scale = half(in, at);
      float minimum = half(in, at + 2);
      for (int i = 0; i < 32; i++) {
        out.set(FLOAT, 4 * (b * 32 + i), scale * fiveBits(in, at + 4, i) + minimum);
      }
    }
  }

  private static int fiveBits(MemorySegment in, long at, int i) {
    int high = in.get(ValueLayout.JAVA_BYTE, at + i / 8) >> (i % 8) & 1;
    int low = in.get(ValueLayout.JAVA_BYTE, at + 4 + i % 16) >> (i / 16 * 4) & 15;
    return (high << 4) | low;
  }

  static float half(MemorySegment in, long at) {
    return Float.float16ToFloat(in.get(SHORT, at));
  }
}
