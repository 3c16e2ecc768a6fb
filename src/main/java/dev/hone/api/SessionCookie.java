package dev.hone.api;

import dev.hone.operations.HoneConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The proof of having signed in: {@code <user>.<expiry>.<HMAC-SHA256>}, each in URL-safe base64.
 * Signed with a secret of this data folder and the key, so that a new key ends every session.
 */
@ApplicationScoped
class SessionCookie {
  static final String NAME = "hone_session";
  static final Duration LIFETIME = Duration.ofDays(30);
  private static final int SECRET_BYTES = 32;
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private final SecretKeySpec secret;
  private final Clock clock = Clock.systemUTC();

  SessionCookie(HoneConfig config, Access access) {
    byte[] ofFolder = secretIn(config.data().resolve("session.secret"));
    byte[] ofFolderAndKey = hmac(new SecretKeySpec(ofFolder, "HmacSHA256"), access.keyBytes());
    this.secret = new SecretKeySpec(ofFolderAndKey, "HmacSHA256");
  }

  String issue(String user) {
    long expiry = clock.instant().plus(LIFETIME).getEpochSecond();
    String claim = BASE64.encodeToString(user.getBytes(StandardCharsets.UTF_8)) + "." + expiry;
    return claim + "." + BASE64.encodeToString(sign(claim));
  }

  /** The user of a cookie that this server signed and that has not expired. */
  Optional<String> user(String cookie) {
    String[] parts = cookie.split("\\.", -1);
    if (parts.length != 3) {
      return Optional.empty();
    }
    try {
      byte[] signature = Base64.getUrlDecoder().decode(parts[2]);
      if (!MessageDigest.isEqual(signature, sign(parts[0] + "." + parts[1]))) {
        return Optional.empty();
      }
      var expiry = Instant.ofEpochSecond(Long.parseLong(parts[1]));
      return clock.instant().isBefore(expiry)
          ? Optional.of(new String(Base64.getUrlDecoder().decode(parts[0]), StandardCharsets.UTF_8))
          : Optional.empty();
    } catch (IllegalArgumentException notOurs) {
      return Optional.empty();
    }
  }

  private byte[] sign(String claim) {
    return hmac(secret, claim.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] hmac(SecretKeySpec key, byte[] data) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return mac.doFinal(data);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HMAC-SHA256 is part of every JDK", e);
    }
  }

  private static byte[] secretIn(Path file) {
    try {
      Files.createDirectories(file.getParent());
      if (!Files.exists(file)) {
        create(file);
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException("the secret of sessions can't be read or made", e);
    }
  }

  /** Written beside and linked into place, so that a second process sees it whole or not at all. */
  private static void create(Path file) throws IOException {
    byte[] fresh = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(fresh);
    var ownerOnly =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    Path beside = Files.createTempFile(file.getParent(), "session", ".tmp", ownerOnly);
    try {
      Files.write(beside, fresh);
      Files.createLink(file, beside);
    } catch (FileAlreadyExistsException otherProcessWasFirst) {
      return;
    } finally {
      Files.delete(beside);
    }
  }
}
