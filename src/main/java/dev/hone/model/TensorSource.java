package dev.hone.model;

import java.lang.foreign.MemorySegment;
import java.util.Set;

/** Named tensors in read-only memory, which is valid until the source is closed. */
public interface TensorSource extends AutoCloseable {
  /** In file order. */
  Set<String> names();

  /**
   * @throws IllegalArgumentException if there is no such tensor
   */
  TensorInfo info(String name);

  /**
   * The tensor's bytes, row-major and little-endian; not necessarily aligned to the element size.
   * Any thread may read it.
   *
   * @throws IllegalArgumentException if there is no such tensor
   */
  MemorySegment data(String name);

  @Override
  void close();
}
