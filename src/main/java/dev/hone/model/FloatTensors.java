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
import java.util.stream.LongStream;

/**
 * Reads tensors of a model file as f32, and brings f32 into the types of such files. One that the
 * file holds in f32 is used where it is mapped, without a copy: the source must stay open as long
 * as the tensor lives. bf16 never reaches the engine as such: a handle of that type ends the
 * process.
 */
final class FloatTensors {
  private static final ValueLayout.OfShort HALF =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat SINGLE = ValueLayout.JAVA_FLOAT;

  /** As the engine aligns its own: what a product rounds to can follow from where numbers lie. */
  static final int ALIGNMENT = 64;

  private static final ValueLayout.OfFloat UNALIGNED_SINGLE =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

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

  /** The same numbers in f32, aligned for it; every one of the supported types fits exactly. */
  private static MemorySegment single(TensorInfo info, MemorySegment data) {
    boolean aligned = data.address() % Float.BYTES == 0;
    if (info.type() == ElementType.F32 && aligned) {
      return data;
    }
    long count = info.elementCount();
    var wide = Arena.ofAuto().allocate(count * Float.BYTES, ALIGNMENT);
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
      default -> throw unsupported(info);
    }
    return wide;
  }

  private static UnsupportedModelException unsupported(Object what) {
    return new UnsupportedModelException(what + " is not supported, only F32, F16 and BF16");
  }

  /** The numbers as a file has them, each rounded to the nearest of the type, ties to even. */
  static MemorySegment stored(float[] values, ElementType type) {
    var bytes = MemorySegment.ofArray(new byte[values.length * type.bytes()]);
    for (int i = 0; i < values.length; i++) {
      switch (type) {
        case F32 -> bytes.setAtIndex(UNALIGNED_SINGLE, i, values[i]);
        case BF16 -> bytes.setAtIndex(HALF, i, bfloat16(values[i]));
        case F16 -> bytes.setAtIndex(HALF, i, Float.floatToFloat16(values[i]));
        default -> throw unsupported(type);
      }
    }
    return bytes;
  }

  /** The upper half of the bits, after half of its last place was added. */
  private static short bfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >>> 16) | 0x40);
    }
    return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
  }

  /** Whether there is neither an infinity nor a NaN, whose exponents have every bit. */
  static boolean finite(TensorInfo info, MemorySegment data) {
    var all = LongStream.range(0, info.elementCount());
    return switch (info.type()) {
      case F32 -> all.allMatch(i -> Float.isFinite(data.getAtIndex(UNALIGNED_SINGLE, i)));
      case BF16 -> all.noneMatch(i -> (data.getAtIndex(HALF, i) & 0x7f80) == 0x7f80);
      case F16 -> all.noneMatch(i -> (data.getAtIndex(HALF, i) & 0x7c00) == 0x7c00);
      default -> throw unsupported(info);
    };
  }
}
