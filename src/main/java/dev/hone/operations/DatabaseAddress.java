package dev.hone.operations;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Where the database is and who asks; {@code user} and {@code password} may be empty. */
public record DatabaseAddress(String jdbcUrl, String user, String password) {
  /**
   * Reads {@code HONE_DB_URL}: {@code postgres://user:password@host:port/database}, or a JDBC
   * address as it is.
   */
  public static DatabaseAddress parse(String url) {
    if (url.startsWith("jdbc:postgresql:")) {
      return new DatabaseAddress(url, "", "");
    }
    URI uri;
    try {
      uri = URI.create(url);
    } catch (IllegalArgumentException e) {
      throw invalid(e);
    }
    boolean postgres = "postgres".equals(uri.getScheme()) || "postgresql".equals(uri.getScheme());
    if (!postgres || uri.getHost() == null || uri.getPath().length() < 2) {
      throw invalid(null);
    }
    String[] login =
        uri.getRawUserInfo() == null
            ? new String[] {"", ""}
            : (uri.getRawUserInfo() + ":").split(":", 3);
    int port = uri.getPort() == -1 ? 5432 : uri.getPort();
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    return new DatabaseAddress(
        "jdbc:postgresql://" + uri.getHost() + ":" + port + uri.getRawPath() + query,
        decode(login[0]),
        decode(login[1]));
  }

  /** As Quarkus names them. */
  public Map<String, String> settings() {
    if (user.isEmpty()) {
      return Map.of("quarkus.datasource.jdbc.url", jdbcUrl);
    }
    return Map.of(
        "quarkus.datasource.jdbc.url", jdbcUrl,
        "quarkus.datasource.username", user,
        "quarkus.datasource.password", password);
  }

  /** Without the password: addresses end up in logs. */
  @Override
  public String toString() {
    return user + "@" + jdbcUrl.replaceAll("password=[^&]*", "password=***");
  }

  private static String decode(String part) {
    return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static StartException invalid(Throwable cause) {
    return new StartException(
        "HONE_DB_URL must look like postgres://user:password@host:5432/database", cause);
  }
}
