package dev.hone.registry;

import java.io.IOException;
import java.nio.file.Path;

/** What a file must hash to. */
sealed interface Checksum {
  String hex();

  String of(Path file) throws IOException;

  record Sha256(String hex) implements Checksum {
    @Override
    public String of(Path file) throws IOException {
      return Digest.sha256(file);
    }
  }

  /** The Hub names files that are not in its large storage as git does. */
  record GitBlob(String hex) implements Checksum {
    @Override
    public String of(Path file) throws IOException {
      return Digest.gitBlob(file);
    }
  }
}
