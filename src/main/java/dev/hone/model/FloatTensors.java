package dev.hone.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Reads tensors of a model file as f32. One that the file holds in f32 is used where it is mapped,
 * without a copy: the source must stay open as long as the tensor lives. bf16 never reaches the
 * engine as such: a handle of that type ends the process.
 */
final class FloatTensors {
  private static final ValueLayout.OfShort HALF =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat SINGLE = ValueLayout.JAVA_FLOAT;

  private FloatTensors() {}

  static NDArray read(NDManager manager, TensorSource source, String name, long... shape) {
    if (!source.names().contains(name)) {
      throw new ModelFormatException("model", "tensor " + name + " is missing");
    }
    TensorInfo info = source.info(name);
    if (!Arrays.equals(info.shape(), shape)) {
      throw new ModelFormatException(
          "model", info + " does not have the shape that config.json says, " + new Shape(shape));
    }
    if (info.elementCount() * Float.BYTES > Integer.MAX_VALUE) {
      throw new UnsupportedModelException(
          info + " takes more than 2 GiB in f32, which is not supported");
    }
    var data = single(info, source.data(name));
    return manager.create(
        data.asByteBuffer().order(ByteOrder.nativeOrder()), new Shape(shape), DataType.FLOAT32);
  }

  /**
   * The same numbers in another type, rounded to the nearest.
   *
   * @throws UnsupportedModelException unless it is one that models come in
   */
  static MemorySegment as(ElementType type, float[] values) {
    return switch (type) {
      case F32 -> MemorySegment.ofArray(values);
      case BF16 -> shorts(values, FloatTensors::bf16);
      case F16 -> shorts(values, Float::floatToFloat16);
      default ->
          throw new UnsupportedModelException(type + " is not supported, only F32, F16 and BF16");
    };
  }

  private interface Narrow {
    short of(float value);
  }

  private static MemorySegment shorts(float[] values, Narrow narrow) {
    short[] narrowed = new short[values.length];
    for (int i = 0; i < values.length; i++) {
      narrowed[i] = narrow.of(values[i]);
    }
    return MemorySegment.ofArray(narrowed);
  }

  /** The upper half; a value in the middle goes to the even neighbour. */
  private static short bf16(float value) {
    int bits = Float.floatToIntBits(value);
    return (short) (Float.isNaN(value) ? bits >> 16 : bits + 0x7FFF + (bits >> 16 & 1) >> 16);
  }

  /** The same numbers in f32, aligned to it; every one of the supported types fits exactly. */
  private static MemorySegment single(TensorInfo info, MemorySegment data) {
    boolean aligned = data.address() % Float.BYTES == 0;
    if (info.type() == ElementType.F32 && aligned) {
      return data;
    }
    long count = info.elementCount();
    var wide = Arena.ofAuto().allocate(count * Float.BYTES, Float.BYTES);
    switch (info.type()) {
      case F32 -> wide.copyFrom(data);
      case BF16 -> {
        for (long i = 0; i < count; i++) {
          wide.setAtIndex(SINGLE, i, Float.intBitsToFloat(data.getAtIndex(HALF, i) << 16));
        }
      }
      case F16 -> {
        for (long i = 0; i < count; i++) {
          wide.setAtIndex(SINGLE, i, Float.float16ToFloat(data.getAtIndex(HALF, i)));
        }
      }
      default ->
          throw new UnsupportedModelException(info + " is not supported, only F32, F16 and BF16");
    }
    return wide;
  }
}
