package dev.hone.alignment;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Folders that are there with all that belongs in them, or not at all, whenever the power fails.
 */
final class WholeFolder {
  private WholeFolder() {}

  interface Content {
    void writeTo(Path draft) throws IOException;
  }

  /** Writes beside the target, forces everything to disk, then renames; replaces what is there. */
  static void write(Path target, Content content) throws IOException {
    Files.createDirectories(target.getParent());
    Path draft = target.resolveSibling("." + target.getFileName() + ".partial");
    delete(draft);
    Files.createDirectory(draft);
    content.writeTo(draft);
    try (var files = Files.newDirectoryStream(draft)) {
      for (Path file : files) {
        sync(file);
      }
    }
    sync(draft);
    delete(target);
    Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
    sync(target.getParent());
  }

  static void sync(Path path) throws IOException {
    try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Deletes the folder and the files in it, if it is there. */
  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (var walk = Files.walk(folder)) {
      for (Path path : walk.toList().reversed()) {
        Files.delete(path);
      }
    }
  }
}
