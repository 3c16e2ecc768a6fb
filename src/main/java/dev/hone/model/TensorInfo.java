package dev.hone.model;

import java.util.Arrays;

/**
 * What a tensor is, without its data.
 *
 * @param shape outermost dimension first, row-major; empty for a scalar
 */
public record TensorInfo(String name, ElementType type, long[] shape) {
  /**
   * @throws ArithmeticException if the count does not fit a long
   */
  public long elementCount() {
    long count = 1;
    for (long dimension : shape) {
      count = Math.multiplyExact(count, dimension);
    }
    return count;
  }

  /**
   * @throws ArithmeticException if the size does not fit a long
   */
  public long byteSize() {
    return Math.multiplyExact(elementCount(), (long) type.bytes());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TensorInfo that
        && name.equals(that.name)
        && type == that.type
        && Arrays.equals(shape, that.shape);
  }

  @Override
  public int hashCode() {
    return 31 * name.hashCode() + Arrays.hashCode(shape);
  }

  @Override
  public String toString() {
    return name + " " + type + Arrays.toString(shape);
  }
}
