package dev.hone.api;

import io.vertx.core.http.HttpMethod;

/** What the paths of the server are for. */
final class Routes {
  static final String SIGN_IN = "/sign-in";

  private Routes() {}

  static boolean openAi(String path) {
    return path.equals("/v1") || path.startsWith("/v1/");
  }

  /** Part of the page, as opposed to an API. */
  static boolean page(String path) {
    return !openAi(path)
        && !path.equals("/api")
        && !path.startsWith("/api/")
        && !path.equals("/metrics");
  }

  /** Bytes of a request's body. Some are files; anything else is what a person writes. */
  static long maxBody(String path) {
    return switch (path) {
      case "/api/preferences/import",
          "/api/evaluations",
          "/api/evaluations/rewards",
          "/api/evaluations/tasks" ->
          Long.MAX_VALUE;
      default -> 16L << 20;
    };
  }

  /** Needed before anyone can have signed in. */
  static boolean open(HttpMethod method, String path) {
    return switch (path) {
      case "/health", "/health/live", "/health/ready", "/health/started" -> true;
      case SIGN_IN, "/favicon.ico", "/favicon.svg" -> method.equals(HttpMethod.GET);
      case "/api/sign-in" -> method.equals(HttpMethod.POST);
      default -> method.equals(HttpMethod.GET) && path.startsWith("/assets/");
    };
  }
}
