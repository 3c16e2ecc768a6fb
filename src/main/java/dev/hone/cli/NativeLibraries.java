package dev.hone.cli;

import java.nio.file.Path;

/** Where DJL unpacks the native code. */
final class NativeLibraries {
  /** The variable or property that says so. */
  static final String FOLDER = "DJL_CACHE_DIR";

  private NativeLibraries() {}

  /**
   * Into the data folder, unless the user chose another: its lock, which the caller holds, keeps a
   * second process from unpacking at the same time.
   *
   * @return the folder
   */
  static String unpackInto(Path data) {
    String chosen = System.getenv(FOLDER);
    if (chosen != null) {
      return chosen;
    }
    if (System.getProperty(FOLDER) == null) {
      System.setProperty(FOLDER, data.resolve("native").toString());
    }
    return System.getProperty(FOLDER);
  }
}
