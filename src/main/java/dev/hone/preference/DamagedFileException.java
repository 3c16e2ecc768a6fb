package dev.hone.preference;

import java.util.Objects;

/** A packed file that breaks off, or is changed: what it says from there on nobody can know. */
public final class DamagedFileException extends RuntimeException {
  /**
   * @param line the first that is not whole
   */
  DamagedFileException(int line, Throwable cause) {
    super(
        "the file cannot be unpacked from line %d on, so nothing of it was taken: %s"
            .formatted(line, Objects.requireNonNullElse(cause.getMessage(), "it breaks off there")),
        cause);
  }
}
