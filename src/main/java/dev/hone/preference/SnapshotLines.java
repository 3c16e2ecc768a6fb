package dev.hone.preference;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The lines of a snapshot in the making, in a file: memory holds where each is. */
final class SnapshotLines implements Closeable {
  private final FileChannel file;

  SnapshotLines(Path path) throws IOException {
    this.file =
        FileChannel.open(
            path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  /** Where the next line will be. */
  long end() throws IOException {
    return file.size();
  }

  void append(byte[] line) throws IOException {
    var bytes = ByteBuffer.wrap(line);
    while (bytes.hasRemaining()) {
      file.write(bytes, file.size());
    }
  }

  void copy(SnapshotRow row, OutputStream out) throws IOException {
    var bytes = ByteBuffer.allocate(row.bytes());
    while (bytes.hasRemaining()) {
      file.read(bytes, row.offset() + bytes.position());
    }
    out.write(bytes.array());
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
