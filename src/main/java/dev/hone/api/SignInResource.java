package dev.hone.api;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.NewCookie;
import jakarta.ws.rs.core.Response;
import java.util.Set;

/** Exchanges the key for a session under a name. */
@Path("/api")
@RunOnVirtualThread
public class SignInResource {
  private final Access access;
  private final SessionCookie sessions;
  private final SignInAttempts attempts;

  SignInResource(Access access, SessionCookie sessions, SignInAttempts attempts) {
    this.access = access;
    this.sessions = sessions;
    this.attempts = attempts;
  }

  @POST
  @Path("/sign-in")
  public Response signIn(byte[] json, RoutingContext context) {
    var fields = new Fields(Json.object(json), "");
    fields.refuseOthers(Set.of("key", "user"));
    String user = Names.user(fields.requiredText("user"));
    String key = fields.requiredText("key");
    attempts.spend(context.request().remoteAddress().hostAddress());
    if (!access.isKey(key)) {
      throw new WrongKeyException();
    }
    int seconds = (int) SessionCookie.LIFETIME.toSeconds();
    return Response.noContent().cookie(cookie(sessions.issue(user), seconds, context)).build();
  }

  @POST
  @Path("/sign-out")
  public Response signOut(RoutingContext context) {
    return Response.noContent().cookie(cookie("", 0, context)).build();
  }

  private static NewCookie cookie(String value, int seconds, RoutingContext context) {
    return new NewCookie.Builder(SessionCookie.NAME)
        .value(value)
        .path("/")
        .maxAge(seconds)
        .httpOnly(true)
        .secure(context.request().isSSL())
        .sameSite(NewCookie.SameSite.STRICT)
        .build();
  }
}
