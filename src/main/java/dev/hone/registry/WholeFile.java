package dev.hone.registry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Files that are complete under their name or as they were before, whenever the power fails. */
public final class WholeFile {
  private WholeFile() {}

  /**
   * Fills a file aside, forces it to the disk and gives it its name, in place of what has it; makes
   * the folder for it. What a killed process left aside is replaced; nobody else writes to the
   * name.
   *
   * @param content is given the file to fill, which may not exist yet
   * @throws UncheckedIOException when it cannot be written; then the name has what it had
   */
  public static void write(Path target, ModelStore.Content content) {
    Path draft = target.resolveSibling("." + target.getFileName() + ".draft");
    try {
      Files.createDirectories(target.toAbsolutePath().getParent());
      Files.deleteIfExists(draft);
      try {
        content.writeTo(draft);
        WholeFolder.sync(draft);
        Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(draft);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
