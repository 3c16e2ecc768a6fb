package dev.hone.registry;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Folders that are complete under their name or not there at all. */
final class WholeFolder {
  private WholeFolder() {}

  /**
   * Fills a folder aside, forces it to the disk and gives it its name. What was left aside by a
   * process that was killed is replaced; the caller holds a lock on the name.
   */
  static void write(Path target, ModelStore.Content content) throws IOException {
    Path draft = target.resolveSibling("." + target.getFileName() + ".draft");
    delete(draft);
    try {
      Files.createDirectory(draft);
      content.writeTo(draft);
      for (Path file : files(draft)) {
        sync(file);
      }
      sync(draft);
      Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
      sync(target.getParent());
    } finally {
      delete(draft);
    }
  }

  /** SHA-256 of each file, by its path within the folder. */
  static SortedMap<String, String> checksums(Path folder) throws IOException {
    var sums = new TreeMap<String, String>();
    for (Path file : files(folder)) {
      sums.put(folder.relativize(file).toString(), Digest.sha256(file));
    }
    return sums;
  }

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

  private static List<Path> files(Path folder) throws IOException {
    try (var walk = Files.walk(folder)) {
      return walk.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static void sync(Path path) throws IOException {
    try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
