package dev.hone.registry;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The proxies that the user's environment names, understood as curl and pip do, since Java's HTTP
 * client does not look there: {@code https_proxy} or {@code http_proxy} by the scheme of what is to
 * be reached, else {@code all_proxy}, and {@code no_proxy} for what is reached directly. Small
 * letters come before capitals; set to nothing is unset.
 *
 * <p>Where the environment names no proxy, Java's own settings stand.
 */
final class ProxySettings extends ProxySelector {
  private static final Pattern PROXY =
      Pattern.compile(
          "(?i:http://)?(?![\\w+.-]+://)(?:(?<user>.*)@)?"
              + "(?<host>\\[.+]|[^\\[\\]:/@\\s]+)(?::(?<port>\\d{1,5}))?/?");
  private static final int HTTP = 80;
  private static final int HTTPS = 443;

  private final Map<String, String> environment;

  ProxySettings(Map<String, String> environment) {
    this.environment = environment;
  }

  /**
   * @param authorization what to tell the proxy in {@code Proxy-Authorization}
   */
  record HttpProxy(InetSocketAddress address, Optional<String> authorization) {
    /** {@code host:port}, for messages. */
    String place() {
      return address.getHostString() + ":" + address.getPort();
    }
  }

  /**
   * The environment's proxy on the way to {@code uri}.
   *
   * @throws HubUnreachableException if what it names is no proxy, or not one for HTTP
   */
  Optional<HttpProxy> to(URI uri) {
    String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
    int usualPort = scheme.equals("https") ? HTTPS : HTTP;
    var direct = new NoProxy(variable("no_proxy").map(this::value).orElse(""));
    if (direct.covers(uri.getHost(), uri.getPort() < 0 ? usualPort : uri.getPort())) {
      return Optional.empty();
    }
    return variable(scheme + "_proxy").or(() -> variable("all_proxy")).map(this::read);
  }

  @Override
  public List<Proxy> select(URI uri) {
    return to(uri)
        .map(proxy -> List.of(new Proxy(Proxy.Type.HTTP, proxy.address())))
        .orElseGet(() -> ProxySelector.getDefault().select(uri));
  }

  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException failure) {
    // Whoever sent the request hears of it, and there is no second proxy to turn to.
  }

  private Optional<String> variable(String name) {
    return Stream.of(name, name.toUpperCase(Locale.ROOT))
        .filter(spelling -> !value(spelling).isEmpty())
        .findFirst();
  }

  private String value(String variable) {
    return environment.getOrDefault(variable, "").strip();
  }

  private HttpProxy read(String variable) {
    Matcher proxy = PROXY.matcher(value(variable));
    try {
      if (proxy.matches()) {
        int port = proxy.group("port") == null ? HTTP : Integer.parseInt(proxy.group("port"));
        return new HttpProxy(
            InetSocketAddress.createUnresolved(proxy.group("host"), port),
            Optional.ofNullable(proxy.group("user")).map(ProxySettings::basic));
      }
    } catch (IllegalArgumentException _) {
      // A port or a %xx that is none: the same to whoever wrote it.
    }
    // The value may hold a password and is not repeated.
    throw new HubUnreachableException(
        variable + " is not http://host:port or http://user:password@host:port", null);
  }

  /** RFC 7617 for {@code user:password} as it stands in an address, reserved characters as %xx. */
  private static String basic(String user) {
    String decoded = URLDecoder.decode(user.replace("+", "%2B"), StandardCharsets.UTF_8);
    String credentials = decoded.contains(":") ? decoded : decoded + ":";
    return "Basic "
        + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
  }
}
