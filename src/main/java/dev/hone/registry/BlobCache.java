package dev.hone.registry;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Downloaded files by their checksum, shared by all clones of the repository. */
public final class BlobCache {
  private final Path folder;
  private final Progress progress;

  public BlobCache(Path cacheHome, Progress progress) {
    this.folder = cacheHome.resolve("blobs");
    this.progress = progress;
  }

  /** Writes, or goes on writing, the file that is to be checked. */
  @FunctionalInterface
  interface Fetch {
    void into(Path partial) throws IOException;
  }

  /**
   * The file with this checksum, fetched if it is not here yet, or no longer as it was: models'
   * folders hold the same files under second names, where anyone may write into them. A download
   * that was cut stays as a partial file for the next attempt; one with a wrong checksum is
   * deleted.
   *
   * @throws PullException if what came is not what was asked for
   */
  Path get(String name, Checksum checksum, Fetch fetch) throws IOException {
    Files.createDirectories(folder);
    Path blob = folder.resolve(checksum.hex());
    try (var lockFile =
            FileChannel.open(
                folder.resolve(checksum.hex() + ".lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        var _ = lockFile.lock()) {
      if (Files.exists(blob)) {
        if (checksum.of(blob).equals(checksum.hex())) {
          return blob;
        }
        progress.say(name + " was changed since it was downloaded; fetching it again");
        Files.delete(blob);
      }
      Path partial = folder.resolve(checksum.hex() + ".partial");
      fetch.into(partial);
      String found = checksum.of(partial);
      if (!found.equals(checksum.hex())) {
        Files.delete(partial);
        throw new PullException(
            "%s is damaged or not the right file: its checksum is %s, not %s; nothing was installed"
                .formatted(name, found, checksum.hex()));
      }
      Files.move(partial, blob, StandardCopyOption.ATOMIC_MOVE);
      return blob;
    }
  }

  /** Puts a cached file into a model's folder, as a second name where the disk allows it. */
  static void place(Path blob, Path target) throws IOException {
    Files.createDirectories(target.getParent());
    try {
      Files.createLink(target, blob);
    } catch (FileSystemException | UnsupportedOperationException e) {
      // Another disk, or one without links: the copy is the same.
      Files.copy(blob, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
