package dev.hone.registry;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is reached without a proxy, as {@code no_proxy} lists it between commas or blanks: {@code *}
 * for all, a name for itself and what lies under it, an address, both with a port or without, or a
 * block of addresses ({@code 10.0.0.0/8}). Names are not looked up.
 *
 * <p>As in Java's own settings, and other than with curl, this machine is always on the list.
 */
record NoProxy(String list) {
  boolean covers(String host, int port) {
    String name = host.toLowerCase(Locale.ROOT);
    String bare = name.replaceAll("[\\[\\]]", "");
    return isThisMachine(bare)
        || Stream.of(list.toLowerCase(Locale.ROOT).split("[,\\s]+"))
            .anyMatch(
                entry ->
                    entry.equals("*")
                        || isWithin(bare, entry)
                        || Stream.of(name, bare, name + ":" + port)
                            .anyMatch(spelling -> isUnder(spelling, entry)));
  }

  private static boolean isThisMachine(String host) {
    return isUnder(host, "localhost")
        || literal(host).map(InetAddress::isLoopbackAddress).orElse(false);
  }

  private static boolean isUnder(String name, String entry) {
    return ("." + name).endsWith("." + entry.replaceFirst("^\\*?\\.", ""));
  }

  private static boolean isWithin(String host, String block) {
    String[] parts = block.split("/", 2);
    if (parts.length < 2 || !parts[1].matches("\\d{1,3}")) {
      return false;
    }
    var address = literal(host).map(InetAddress::getAddress);
    var network = literal(parts[0]).map(InetAddress::getAddress);
    if (address.isEmpty() || network.isEmpty() || address.get().length != network.get().length) {
      return false;
    }
    int free = Math.max(0, address.get().length * Byte.SIZE - Integer.parseInt(parts[1]));
    return new BigInteger(1, address.get())
        .shiftRight(free)
        .equals(new BigInteger(1, network.get()).shiftRight(free));
  }

  private static Optional<InetAddress> literal(String host) {
    try {
      return Optional.of(InetAddress.ofLiteral(host));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
