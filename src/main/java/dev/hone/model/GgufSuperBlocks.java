package dev.hone.model;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * GGUF's K-quants: blocks of 256 weights in groups of 16 or 32, whose scales are small integers
 * times the block's half-precision scale. Where a group has a minimum, it is subtracted. Low bits
 * of weights 32 or 64 apart share a byte, and so do their high bits in another place.
 */
final class GgufSuperBlocks {
  private static final int WEIGHTS = 256;
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private GgufSuperBlocks() {}

  /** 16 bytes of scale and minimum in four bits each, 64 of weights, scale, scale of minima. */
  static void q2(MemorySegment in, long blocks, MemorySegment out) {
    for (long b = 0; b < blocks; b++) {
      long at = b * 84;
      float scale = GgufType.half(in, at + 80);
      float minimum = GgufType.half(in, at + 82);
      for (int i = 0; i < WEIGHTS; i++) {
        int group = unsigned(in, at + i / 16);
        float weight = scale * (group & 15) * twoBits(in, at + 16, i) - minimum * (group >> 4);
        set(out, b, i, weight);
      }
    }
  }

  /** 32 bytes of third bits, 64 of the lower two, 12 of scales in six bits, scale. */
  static void q3(MemorySegment in, long blocks, MemorySegment out) {
    for (long b = 0; b < blocks; b++) {
      long at = b * 110;
      float scale = GgufType.half(in, at + 108);
      for (int i = 0; i < WEIGHTS; i++) {
        // A bit that is not set takes four away.
        int high = unsigned(in, at + i % 32) >> (i / 32) & 1;
        int value = twoBits(in, at + 32, i) - 4 * (1 - high);
        set(out, b, i, scale * (sixBits(in, at + 96, i / 16) - 32) * value);
      }
    }
  }

  /** Sixteen scales: eight bytes hold the low four bits of two each, four the high two of four. */
  private static int sixBits(MemorySegment in, long at, int group) {
    int low = unsigned(in, at + group % 8) >> (group / 8 * 4) & 15;
    int high = unsigned(in, at + 8 + group % 4) >> (group / 4 * 2) & 3;
    return (high << 4) | low;
  }

  /** Scale, scale of minima, 12 bytes of both for each group, 128 of weights. */
  static void q4(MemorySegment in, long blocks, MemorySegment out) {
    for (long b = 0; b < blocks; b++) {
      long at = b * 144;
      float scale = GgufType.half(in, at);
      float minimum = GgufType.half(in, at + 2);
      for (int i = 0; i < WEIGHTS; i++) {
        float weight = scale * scale(in, at + 4, i / 32) * nextFourBits(in, at + 16, i);
        set(out, b, i, weight - minimum * minimum(in, at + 4, i / 32));
      }
    }
  }

  /** As Q4_K, with 32 bytes of fifth bits before the others. */
  static void q5(MemorySegment in, long blocks, MemorySegment out) {
    for (long b = 0; b < blocks; b++) {
      long at = b * 176;
      float scale = GgufType.half(in, at);
      float minimum = GgufType.half(in, at + 2);
      for (int i = 0; i < WEIGHTS; i++) {
        int high = unsigned(in, at + 16 + i % 32) >> (i / 32) & 1;
        int value = (high << 4) | nextFourBits(in, at + 48, i);
        float weight = scale * scale(in, at + 4, i / 32) * value;
        set(out, b, i, weight - minimum * minimum(in, at + 4, i / 32));
      }
    }
  }

  /** Six bits of each group's scale: the last four groups' are spread over two places. */
  private static int scale(MemorySegment in, long at, int group) {
    return group < 4
        ? unsigned(in, at + group) & 63
        : (unsigned(in, at + group + 4) & 15) | (unsigned(in, at + group - 4) >> 2 & 48);
  }

  /** Likewise of its minimum. */
  private static int minimum(MemorySegment in, long at, int group) {
    return group < 4
        ? unsigned(in, at + group + 4) & 63
        : (unsigned(in, at + group + 4) >> 4) | (unsigned(in, at + group) >> 2 & 48);
  }

  /** 128 bytes of low four bits, 64 of high two, 16 signed scales, scale; weight from -32 on. */
  static void q6(MemorySegment in, long blocks, MemorySegment out) {
    for (long b = 0; b < blocks; b++) {
      long at = b * 210;
      float scale = GgufType.half(in, at + 208);
      for (int i = 0; i < WEIGHTS; i++) {
        int low = unsigned(in, at + i / 128 * 64L + i % 64) >> (i % 128 / 64 * 4) & 15;
        int value = ((twoBits(in, at + 128, i) << 4) | low) - 32;
        set(out, b, i, scale * in.get(ValueLayout.JAVA_BYTE, at + 192 + i / 16) * value);
      }
    }
  }

  /** Four weights a byte, 32 apart. */
  private static int twoBits(MemorySegment in, long at, int i) {
    return unsigned(in, at + i / 128 * 32L + i % 32) >> (i % 128 / 32 * 2) & 3;
  }

  /** Two weights a byte, 32 apart. */
  private static int nextFourBits(MemorySegment in, long at, int i) {
    return unsigned(in, at + i / 64 * 32L + i % 32) >> (i % 64 / 32 * 4) & 15;
  }

  private static int unsigned(MemorySegment in, long at) {
    return Byte.toUnsignedInt(in.get(ValueLayout.JAVA_BYTE, at));
  }

  private static void set(MemorySegment out, long block, int i, float weight) {
    out.set(FLOAT, Float.BYTES * (block * WEIGHTS + i), weight);
  }
}
