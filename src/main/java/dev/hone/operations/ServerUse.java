package dev.hone.operations;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Who uses the server of a data folder. Each command holds a shared lock for its duration; a server
 * that a command started waits for the exclusive one, gets it when the last command has gone,
 * however that ended, and stops.
 */
public final class ServerUse implements AutoCloseable {
  private final FileChannel file;

  private ServerUse(FileChannel file) {
    this.file = file;
  }

  /** Says that a command needs the server; waits while a server is on its way out. */
  public static ServerUse begin(Path data) {
    var use = open(data);
    use.lock(true);
    return use;
  }

  /** Returns when no command uses the server any more; from then on none begins until closed. */
  public static ServerUse awaitLast(Path data) {
    var use = open(data);
    use.lock(false);
    return use;
  }

  /** Whether other commands use the server, seen from one that does not any more. */
  public static boolean byOthers(Path data) {
    try (var use = open(data)) {
      var alone = use.file.tryLock(0, Long.MAX_VALUE, false);
      if (alone != null) {
        return false;
      }
      // A shared lock is refused only where the server already holds the exclusive one.
      return use.file.tryLock(0, Long.MAX_VALUE, true) != null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void lock(boolean shared) {
    try {
      file.lock(0, Long.MAX_VALUE, shared);
    } catch (IOException e) {
      close();
      throw new UncheckedIOException(e);
    }
  }

  private static ServerUse open(Path data) {
    try {
      Files.createDirectories(data);
      return new ServerUse(
          FileChannel.open(
              data.resolve("users"),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE));
    } catch (IOException e) {
      throw new StartException("the data folder " + data + " cannot be used: " + e, e);
    }
  }
}
