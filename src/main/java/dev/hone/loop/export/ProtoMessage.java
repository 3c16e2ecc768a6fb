package dev.hone.loop.export;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A message in the wire format of Protocol Buffers: fields as they are added, each behind its
 * number and wire type (protobuf.dev/programming-guides/encoding).
 */
final class ProtoMessage {
  private static final int VARINT = 0;
  private static final int FIXED_64 = 1;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED_32 = 5;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  /** An {@code int64}. */
  ProtoMessage whole(int field, long value) {
    tag(field, VARINT);
    varint(value);
    return this;
  }

  /** A {@code double}. */
  ProtoMessage real64(int field, double value) {
    tag(field, FIXED_64);
    bytes.writeBytes(little(Double.BYTES).putDouble(value).array());
    return this;
  }

  /** A {@code float}. */
  ProtoMessage real32(int field, float value) {
    tag(field, FIXED_32);
    bytes.writeBytes(little(Float.BYTES).putFloat(value).array());
    return this;
  }

  /** A {@code string}. */
  ProtoMessage text(int field, String value) {
    return delimited(field, value.getBytes(UTF_8));
  }

  ProtoMessage message(int field, ProtoMessage value) {
    return delimited(field, value.toBytes());
  }

  byte[] toBytes() {
    return bytes.toByteArray();
  }

  private ProtoMessage delimited(int field, byte[] value) {
    tag(field, LENGTH_DELIMITED);
    varint(value.length);
    bytes.writeBytes(value);
    return this;
  }

  private void tag(int field, int wireType) {
    varint(((long) field << 3) | wireType);
  }

  /** Seven bits a byte, the lowest first; the eighth says that more follow. */
  private void varint(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      bytes.write((int) ((rest & 0x7F) | 0x80));
      rest >>>= 7;
    }
    bytes.write((int) rest);
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
