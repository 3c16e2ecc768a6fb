package dev.hone.cli;

import dev.hone.operations.StartException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/** A file that a server's answer becomes. */
final class Download {
  private Download() {}

  /**
   * Before the long work: what would be refused after it.
   *
   * @param file absolute
   * @throws StartException saying why it can't be written
   */
  static void checkWritable(Path file) {
    if (Files.isDirectory(file)) {
      throw new StartException(file + " is a folder");
    }
    if (!Files.isDirectory(file.getParent())) {
      throw new StartException("there is no folder " + file.getParent() + " to write to");
    }
  }

  /** All of it or nothing. */
  static void write(InputStream content, Path file) throws IOException {
    // Not a temporary file, which nobody else may read.
    Path draft =
        file.resolveSibling(".%s.%s.part".formatted(file.getFileName(), UUID.randomUUID()));
    try {
      Files.copy(content, draft);
      Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(draft);
    }
  }
}
