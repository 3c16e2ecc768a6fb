package dev.hone.model;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Writes a safetensors file tensor by tensor, so that no more than one of them need be in memory.
 * The layout is fixed first, then the data follows in that order. Nothing is forced to disk, and
 * the file is complete only after {@link #close}.
 */
public final class SafetensorsWriter implements AutoCloseable {
  private static final int CHUNK = 1 << 24;

  private final Path file;
  private final FileChannel channel;
  private final Iterator<TensorInfo> remaining;

  private SafetensorsWriter(Path file, FileChannel channel, Iterator<TensorInfo> remaining) {
    this.file = file;
    this.channel = channel;
    this.remaining = remaining;
  }

  /**
   * Creates or replaces the file.
   *
   * @param tensors in the order in which their data will be written
   * @param metadata free texts for the header; transformers wants {@code format=pt}
   */
  public static SafetensorsWriter create(
      Path file, Collection<TensorInfo> tensors, Map<String, String> metadata) throws IOException {
    byte[] header = SafetensorsHeader.layOut(tensors, metadata);
    ByteBuffer start =
        ByteBuffer.allocate(SafetensorsHeader.LENGTH_BYTES + header.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(header.length)
            .put(header)
            .flip();
    FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
    var writer = new SafetensorsWriter(file, channel, List.copyOf(tensors).iterator());
    writer.write(start);
    return writer;
  }

  /**
   * Writes the next tensor.
   *
   * @param data row-major and little-endian, exactly as long as the tensor; on the heap or off it
   * @throws IllegalArgumentException if it is not this tensor's turn or the length is wrong
   */
  public void write(String name, MemorySegment data) throws IOException {
    TensorInfo next = remaining.hasNext() ? remaining.next() : null;
    if (next == null || !next.name().equals(name)) {
      throw new IllegalArgumentException(name + " is not next, but " + next);
    }
    if (data.byteSize() != next.byteSize()) {
      throw new IllegalArgumentException(
          next + " takes " + next.byteSize() + " bytes, given " + data.byteSize());
    }
    for (long at = 0; at < data.byteSize(); at += CHUNK) {
      MemorySegment chunk = data.asSlice(at, Math.min(CHUNK, data.byteSize() - at));
      write(
          chunk.isNative()
              ? chunk.asByteBuffer()
              : ByteBuffer.wrap(chunk.toArray(ValueLayout.JAVA_BYTE)));
    }
  }

  private void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /**
   * @throws IllegalStateException if tensors are missing: the file is then unusable
   */
  @Override
  public void close() throws IOException {
    channel.close();
    if (remaining.hasNext()) {
      throw new IllegalStateException(file + " lacks " + remaining.next().name());
    }
  }
}
