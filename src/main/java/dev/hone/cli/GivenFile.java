package dev.hone.cli;

import dev.hone.operations.StartException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that a command names. */
final class GivenFile {
  private GivenFile() {}

  /**
   * @return the file
   * @throws StartException saying why it cannot be read
   */
  static Path readable(Path file) {
    if (Files.notExists(file)) {
      String piped = file.toString().equals("-") ? "; what is piped in is /dev/stdin" : "";
      throw new StartException("there is no file " + file + piped);
    }
    if (Files.isDirectory(file)) {
      throw new StartException(file + " is a folder, not a file");
    }
    if (!Files.isReadable(file)) {
      throw new StartException("the file " + file + " cannot be read");
    }
    return file;
  }
}
