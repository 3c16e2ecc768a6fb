package dev.hone.operations;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A data folder, locked for one server. The lock goes with the process, however it ends, so a
 * folder is never left locked.
 */
public final class DataFolder implements AutoCloseable {
  private final Path path;
  private final FileChannel lockFile;

  private DataFolder(Path path, FileChannel lockFile) {
    this.path = path;
    this.lockFile = lockFile;
  }

  /**
   * @throws StartException if another server has the folder, or it cannot be written
   */
  public static DataFolder lock(Path path) {
    try {
      Path folder = Files.createDirectories(path).toRealPath();
      var lockFile =
          FileChannel.open(
              folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!locked(lockFile)) {
        lockFile.close();
        throw new DataFolderTakenException(folder, RunningServer.find(folder));
      }
      RunningServer.withdraw(folder);
      return new DataFolder(folder, lockFile);
    } catch (IOException e) {
      throw new StartException("the data folder " + path + " cannot be used: " + e, e);
    }
  }

  public Path path() {
    return path;
  }

  @Override
  public void close() {
    try {
      RunningServer.withdraw(path);
      lockFile.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean locked(FileChannel lockFile) throws IOException {
    try {
      FileLock lock = lockFile.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }
}
