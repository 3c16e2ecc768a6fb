package dev.hone.operations;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Folders for what can be had again: unpacked programs, downloads. */
public final class CacheHome {
  private CacheHome() {}

  /** {@code hone} in the XDG cache home. */
  public static Path ofUser() {
    String cache = System.getenv("XDG_CACHE_HOME");
    Path home =
        cache == null || cache.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(cache);
    return home.resolve("hone");
  }

  /**
   * For programs. Root's home is closed to others, so the programs that root runs as another user
   * are kept where that user can reach them.
   */
  static Path forPrograms() throws IOException {
    if (new UnixSystem().getUid() != 0) {
      return Files.createDirectories(ofUser());
    }
    Path shared = Files.createDirectories(Path.of("/var/cache/hone"));
    Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxr-xr-x"));
    return shared;
  }
}
