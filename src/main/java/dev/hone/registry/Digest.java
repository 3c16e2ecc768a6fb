package dev.hone.registry;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Checksums of files, in lower-case hex. */
final class Digest {
  private Digest() {}

  static String sha256(Path file) throws IOException {
    return of(file, newDigest("SHA-256"));
  }

  static String sha256(String text) {
    return HexFormat.of()
        .formatHex(newDigest("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** What git calls the file, and the Hub its small files: SHA-1 over a header and the content. */
  static String gitBlob(Path file) throws IOException {
    MessageDigest digest = newDigest("SHA-1");
    digest.update(("blob " + Files.size(file) + "\0").getBytes(StandardCharsets.US_ASCII));
    return of(file, digest);
  }

  private static String of(Path file, MessageDigest digest) throws IOException {
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(java.io.OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest newDigest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has " + algorithm, e);
    }
  }
}
