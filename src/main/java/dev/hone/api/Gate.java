package dev.hone.api;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.net.URI;
import java.util.Optional;
import java.util.Set;

/**
 * Stands before every route. On loopback it lets in whoever is on this machine, but no page of
 * another site that runs in a browser here; elsewhere it wants the key or a session.
 */
@ApplicationScoped
class Gate {
  static final int PRIORITY = 1_000;
  private static final String USER = "hone.user";
  private static final String WITH_KEY = "hone.key";
  private static final String PASSED = "hone.passed";
  private static final String BEARER = "bearer ";
  private static final Set<HttpMethod> SAFE =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
  private static final Set<String> LOOPBACK_NAMES =
      Set.of("localhost", "127.0.0.1", "::1", "[::1]");

  private final Access access;
  private final SessionCookie sessions;

  Gate(Access access, SessionCookie sessions) {
    this.access = access;
    this.sessions = sessions;
  }

  void stand(@Observes Filters filters) {
    filters.register(this::check, PRIORITY);
  }

  /** The name that the caller signed in with. */
  static Optional<String> signedInUser(RoutingContext context) {
    return Optional.ofNullable(context.get(USER));
  }

  /** Whether the caller proved to know the key with this request. */
  static boolean usedKey(RoutingContext context) {
    return Boolean.TRUE.equals(context.<Boolean>get(WITH_KEY));
  }

  private void check(RoutingContext context) {
    if (Boolean.TRUE.equals(context.<Boolean>get(PASSED))) { // routed again within the server
      context.next();
      return;
    }
    var objection = objection(context.request(), context.normalizedPath());
    if (objection.isPresent()) {
      refuse(context, objection.get());
      return;
    }
    var method = context.request().method();
    boolean known = identified(context) || access.open();
    if (known || Routes.open(method, context.normalizedPath())) {
      // A body of unknown length from anyone at all could fill the memory.
      if (!known && context.request().headers().contains(HttpHeaders.TRANSFER_ENCODING)) {
        refuse(context, Failure.LENGTH_WANTED);
        return;
      }
      context.put(PASSED, true);
      context.next();
      return;
    }
    if (method.equals(HttpMethod.GET) && Routes.page(context.normalizedPath())) {
      context.redirect(Routes.SIGN_IN);
      return;
    }
    context.response().putHeader("WWW-Authenticate", "Bearer");
    refuse(context, Failure.KEY_WANTED);
  }

  /** Why a request is not taken, whoever sends it. */
  private Optional<Failure> objection(HttpServerRequest request, String path) {
    if (access.open() && !namesLoopback(request)) {
      return Optional.of(Failure.FOREIGN_HOST);
    }
    if (!SAFE.contains(request.method()) && fromAnotherSite(request)) {
      return Optional.of(Failure.FOREIGN_ORIGIN);
    }
    return bodyLength(request) > Routes.maxBody(path)
        ? Optional.of(Failure.TOO_LARGE)
        : Optional.empty();
  }

  private static long bodyLength(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    try {
      return length == null ? 0 : Long.parseLong(length);
    } catch (NumberFormatException notANumber) {
      return Long.MAX_VALUE;
    }
  }

  private boolean identified(RoutingContext context) {
    String authorization = context.request().getHeader(HttpHeaders.AUTHORIZATION);
    if (authorization != null
        && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
        && access.isKey(authorization.substring(BEARER.length()).strip())) {
      context.put(WITH_KEY, true);
      return true;
    }
    Cookie cookie = context.request().getCookie(SessionCookie.NAME);
    Optional<String> user = cookie == null ? Optional.empty() : sessions.user(cookie.getValue());
    user.ifPresent(name -> context.put(USER, name));
    return user.isPresent();
  }

  /**
   * A name that an attacker's DNS points to 127.0.0.1 is refused, or its page could read from here.
   */
  private static boolean namesLoopback(HttpServerRequest request) {
    HostAndPort authority = request.authority();
    return authority != null && LOOPBACK_NAMES.contains(authority.host());
  }

  /** Browsers name the page that a writing request comes from; other clients send no Origin. */
  private static boolean fromAnotherSite(HttpServerRequest request) {
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    if (origin == null) {
      return false;
    }
    HostAndPort authority = request.authority();
    try {
      String page = URI.create(origin).getRawAuthority();
      return authority == null || !authority.toString().equalsIgnoreCase(page);
    } catch (IllegalArgumentException notAnOrigin) {
      return true;
    }
  }

  private static void refuse(RoutingContext context, Failure failure) {
    var body = ErrorBody.of(failure, context.normalizedPath());
    var sent =
        context
            .response()
            .setStatusCode(failure.status())
            .putHeader(HttpHeaders.CONTENT_TYPE, body.contentType())
            .end(body.json());
    if (failure.equals(Failure.TOO_LARGE) || failure.equals(Failure.LENGTH_WANTED)) {
      // What is still coming is not read.
      sent.onComplete(_ -> context.request().connection().close());
    }
  }
}
