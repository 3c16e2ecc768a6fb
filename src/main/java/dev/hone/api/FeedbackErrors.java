package dev.hone.api;

import dev.hone.feedback.FeedbackException;
import dev.hone.feedback.FeedbackException.Reason;
import jakarta.ws.rs.core.Response;
import java.util.Locale;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Why a vote was not taken, in HTTP's words. */
class FeedbackErrors {
  @ServerExceptionMapper
  Response refused(FeedbackException e) {
    var failure = failure(e);
    return Response.status(failure.status())
        .type("application/problem+json")
        .entity(ErrorBody.of(failure, "/api").json())
        .build();
  }

  private static Failure failure(FeedbackException e) {
    return Failure.of(
        status(e.reason()), e.reason().name().toLowerCase(Locale.ROOT), e.getMessage());
  }

  private static int status(Reason reason) {
    return switch (reason) {
      case MALFORMED_VOTE -> 400;
      case FEEDBACK_OF_ANOTHER_OWNER -> 403;
      case UNKNOWN_TURN, UNKNOWN_FEEDBACK -> 404;
      case ALREADY_WITHDRAWN, IDEMPOTENCY_KEY_REUSED -> 409;
      case INVALID_VOTE, DIFFERENT_PROMPTS -> 422;
    };
  }
}
