package dev.hone.model;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads a GGUF header front to back; every count is checked against the bytes that are left. */
final class GgufCursor {
  /** Far above any real header (a vocabulary of 256k tokens takes 15 MB), far below the heap. */
  static final long MAX_HEADER_BYTES = 128L << 20;

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Object file;
  private final MemorySegment bytes;
  private final long limit;
  private long position;

  GgufCursor(Object file, MemorySegment bytes) {
    this.file = file;
    this.bytes = bytes;
    this.limit = Math.min(bytes.byteSize(), MAX_HEADER_BYTES);
  }

  long position() {
    return position;
  }

  ModelFormatException wrong(String problem) {
    return new ModelFormatException(file, "at byte " + position + ": " + problem);
  }

  private long take(long count, String what) {
    if (count > limit - position) {
      throw wrong(
          limit < bytes.byteSize()
              ? "the header is longer than the " + MAX_HEADER_BYTES + " bytes allowed"
              : "truncated: "
                  + what
                  + " takes "
                  + count
                  + " bytes, "
                  + (limit - position)
                  + " left");
    }
    long start = position;
    position += count;
    return start;
  }

  int int32(String what) {
    return bytes.get(INT, take(4, what));
  }

  long int64(String what) {
    return bytes.get(LONG, take(8, what));
  }

  /**
   * A count whose items take at least {@code itemBytes} each.
   *
   * @throws ModelFormatException if that many cannot follow
   */
  int count(String what, int itemBytes) {
    long count = int64(what);
    if (count < 0 || count > (limit - position) / itemBytes) {
      throw wrong(what + " says " + Long.toUnsignedString(count) + ", more than the file can hold");
    }
    return (int) count;
  }

  String string(String what) {
    int length = count("the length of " + what, 1);
    long start = take(length, what);
    byte[] utf8 = bytes.asSlice(start, length).toArray(ValueLayout.JAVA_BYTE);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw new ModelFormatException(
          file, "at byte " + start + ": " + what + " is not valid UTF-8", e);
    }
  }

  /** A metadata value: Long, Double, Boolean, String or a List of one of these. */
  Object value(String key) {
    return value(key, int32("the type of " + key));
  }

  private Object value(String key, int type) {
    return switch (type) {
      case 0 -> (long) Byte.toUnsignedInt(bytes.get(ValueLayout.JAVA_BYTE, take(1, key)));
      case 1 -> (long) bytes.get(ValueLayout.JAVA_BYTE, take(1, key));
      case 2 -> (long) Short.toUnsignedInt(bytes.get(SHORT, take(2, key)));
      case 3 -> (long) bytes.get(SHORT, take(2, key));
      case 4 -> Integer.toUnsignedLong(int32(key));
      case 5 -> (long) int32(key);
      // The shortest decimal that is this float: 1.0E-5 and not 9.999999747378752E-6.
      case 6 -> Double.valueOf(Float.toString(Float.intBitsToFloat(int32(key))));
      case 7 -> bool(key);
      case 8 -> string(key);
      case 9 -> list(key);
      case 10, 11 -> int64(key);
      case 12 -> Double.longBitsToDouble(int64(key));
      default -> throw wrong(key + " has unknown value type " + Integer.toUnsignedString(type));
    };
  }

  private boolean bool(String key) {
    byte value = bytes.get(ValueLayout.JAVA_BYTE, take(1, key));
    if (value != 0 && value != 1) {
      throw wrong(key + " is a boolean of value " + value);
    }
    return value == 1;
  }

  private List<Object> list(String key) {
    int type = int32("the element type of " + key);
    int itemBytes =
        switch (type) {
          case 0, 1, 7 -> 1;
          case 2, 3 -> 2;
          case 4, 5, 6 -> 4;
          case 8, 10, 11, 12 -> 8;
          default -> throw wrong(key + " is an array of type " + type + ", which is not supported");
        };
    int count = count("the element count of " + key, itemBytes);
    List<Object> values = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      values.add(value(key, type));
    }
    return values;
  }
}
