package dev.hone.registry;

import java.nio.file.Path;

/** Where a user's machine keeps what can be had again: downloads, unpacked programs. */
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
}
