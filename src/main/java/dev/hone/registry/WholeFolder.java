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

/** Folders that are complete under their name or not there at all, whenever the power fails. */
public final class WholeFolder {
  private WholeFolder() {}

  /**
   * Fills a folder aside, forces it to the disk and gives it its name, in place of what has it.
   * What was left aside by a process that was killed is replaced; nobody else writes to the name.
   */
  public static void write(Path target, ModelStore.Content content) throws IOException {
    Files.createDirectories(target.getParent());
    Path draft = target.resolveSibling("." + target.getFileName() + ".draft");
    delete(draft);
    try {
      Files.createDirectory(draft);
      content.writeTo(draft);
      sync(draft);
      delete(target);
      Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
      force(target.getParent());
    } finally {
      delete(draft);
    }
  }

  /** SHA-256 of each file, by its path within the folder. */
  public static SortedMap<String, String> checksums(Path folder) throws IOException {
    var sums = new TreeMap<String, String>();
    for (Path file : files(folder)) {
      sums.put(folder.relativize(file).toString(), Digest.sha256(file));
    }
    return sums;
  }

  /** Deletes the folder and all in it, if it is there. */
  public static void delete(Path folder) throws IOException {
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

  /** Forces a file to the disk, or a folder with the files in it. */
  public static void sync(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      for (Path file : files(path)) {
        force(file);
      }
    }
    force(path);
  }

  /** Forces a file, or the names in a folder, to the disk. */
  public static void force(Path path) throws IOException {
    try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
