package dev.hone.cli;

import java.nio.file.Path;

/** Where DJL unpacks the native code. */
final class NativeLibraries {
  private static final String FOLDER = "DJL_CACHE_DIR";

  private NativeLibraries() {}

  /**
   * Into the data folder, unless the user chose another: its lock, which the caller holds, keeps a
   * second process from unpacking at the same time.
   */
  static void unpackInto(Path data) {
    if (System.getenv(FOLDER) == null && System.getProperty(FOLDER) == null) {
      System.setProperty(FOLDER, data.resolve("native").toString());
    }
  }
}
