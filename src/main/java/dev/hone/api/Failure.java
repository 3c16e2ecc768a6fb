package dev.hone.api;

import java.time.Duration;
import java.util.Optional;

/**
 * What a caller is told when a request can't be served.
 *
 * @param code stable, for programs
 * @param param the field at fault
 */
record Failure(
    int status,
    String code,
    String message,
    Optional<String> param,
    Optional<Duration> retryAfter) {
  static final Failure KEY_WANTED =
      of(401, "invalid_api_key", "A key is wanted: sign in, or send it as a bearer token.");
  static final Failure FOREIGN_HOST =
      of(403, "foreign_host", "Without a key this server answers to loopback names only.");
  static final Failure FOREIGN_ORIGIN =
      of(403, "foreign_origin", "Requests from pages of another site are not taken.");

  static final Failure LENGTH_WANTED =
      of(411, "length_required", "A request without a key must say how long its body is.");

  static final Failure TOO_LARGE = of(413, "request_too_large", "The request's body is too large.");

  static Failure of(int status, String code, String message) {
    return new Failure(status, code, message, Optional.empty(), Optional.empty());
  }

  Failure about(String field) {
    return new Failure(status, code, message, Optional.of(field), retryAfter);
  }

  Failure retryAfter(Duration wait) {
    return new Failure(status, code, message, param, Optional.of(wait));
  }
}
