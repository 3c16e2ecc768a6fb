package dev.hone.api;

import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.RequestScoped;
import java.util.Optional;

/** Who sent the request that is being handled. */
@RequestScoped
public class Caller {
  /** Owns what is sent on loopback without a name. */
  static final String LOCAL = "local";

  /** Owns what is sent with the key alone. */
  static final String KEY = "key";

  private final RoutingContext context;

  Caller(RoutingContext context) {
    this.context = context;
  }

  /**
   * The owner of what this request makes or reads: who signed in; otherwise the name in the
   * request.
   *
   * @param user the request's own {@code user}; may be null or blank
   * @throws InvalidRequestException unless it can be a name
   */
  public String owner(String user) {
    Optional<String> signedIn = Gate.signedInUser(context);
    if (signedIn.isPresent()) {
      return signedIn.get();
    }
    if (user != null && !user.isBlank()) {
      return Names.user(user);
    }
    return Gate.usedKey(context) ? KEY : LOCAL;
  }
}
