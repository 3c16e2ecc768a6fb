package dev.hone.registry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;

/** A version whose files are in place. Closing it takes them away again unless it is committed. */
public final class Publication implements AutoCloseable {
  private final Versions versions;
  private final VersionFolder folder;
  private final boolean written;
  private final FileChannel lock;

  /**
   * @param written whether the folder was written for this publication, and so may be taken away
   * @param lock on the version's name; released at the end
   */
  Publication(Versions versions, VersionFolder folder, boolean written, FileChannel lock) {
    this.versions = versions;
    this.folder = folder;
    this.written = written;
    this.lock = lock;
  }

  /**
   * Makes the version known and lets it answer, in one transaction that ends with the audit entry.
   * To commit a version that answers already changes nothing.
   *
   * @throws RuntimeException of whoever can't serve it; everything is then as it was
   */
  public VersionView commit(Approval approval, String who) {
    return versions.publish(folder, approval, who);
  }

  /** The database has the last word: a commit may have failed after it was done. */
  @Override
  public void close() {
    try {
      try {
        if (written && !versions.known(folder.manifest().id())) {
          WholeFolder.delete(folder.path());
        }
      } finally {
        lock.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
