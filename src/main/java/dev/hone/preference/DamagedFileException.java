package dev.hone.preference;

import java.io.EOFException;
import java.io.IOException;

/** A packed file that breaks off, or is changed: what it says from there on nobody can know. */
public final class DamagedFileException extends RuntimeException {
  /**
   * @param line the first that is not whole
   */
  DamagedFileException(int line, IOException cause) {
    super(
        "the file cannot be unpacked from line %d on, so nothing of it was taken: %s"
            .formatted(
                line, cause instanceof EOFException ? "it breaks off there" : cause.getMessage()),
        cause);
  }
}
