package dev.hone.api;

import dev.hone.operations.HoneConfig;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Who may come in: everyone on loopback, otherwise whoever knows the key. */
@ApplicationScoped
public class Access {
  private final boolean open;
  private final Optional<byte[]> key;

  Access(@ConfigProperty(name = "quarkus.http.host") String host, HoneConfig config) {
    this.open = loopback(host);
    this.key = config.key().filter(k -> !k.isBlank()).map(k -> k.getBytes(StandardCharsets.UTF_8));
  }

  void refuseToStartWithoutKey(@Observes StartupEvent event) {
    if (!open && key.isEmpty()) {
      throw new IllegalStateException(
          "HONE_KEY must be set when the server is bound to an address other than loopback");
    }
  }

  /** Whether the server is bound to loopback, where no key is wanted. */
  boolean open() {
    return open;
  }

  /** Compares in constant time. */
  boolean isKey(String candidate) {
    return key.map(k -> MessageDigest.isEqual(k, candidate.getBytes(StandardCharsets.UTF_8)))
        .orElse(false);
  }

  /** The key as bytes, empty where there is none. */
  byte[] keyBytes() {
    return key.map(byte[]::clone).orElseGet(() -> new byte[0]);
  }

  private static boolean loopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw new IllegalStateException("the address to bind to is unknown: " + host, e);
    }
  }
}
