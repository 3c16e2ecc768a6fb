package dev.hone.api;

import dev.hone.feedback.FeedbackException;
import dev.hone.feedback.FeedbackException.Reason;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import java.util.Locale;
import org.jboss.resteasy.reactive.RestResponse.StatusCode;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Why a vote was not taken, in HTTP's words. */
class FeedbackErrors {
  @ServerExceptionMapper
  Response refused(FeedbackException e) {
    return Problem.response(
        status(e.reason()), e.reason().name().toLowerCase(Locale.ROOT), e.getMessage());
  }

  private static Response.StatusType status(Reason reason) {
    return switch (reason) {
      case MALFORMED_VOTE -> Status.BAD_REQUEST;
      case FEEDBACK_OF_ANOTHER_OWNER -> Status.FORBIDDEN;
      case UNKNOWN_TURN, UNKNOWN_FEEDBACK -> Status.NOT_FOUND;
      case ALREADY_WITHDRAWN, IDEMPOTENCY_KEY_REUSED -> Status.CONFLICT;
      case INVALID_VOTE, DIFFERENT_PROMPTS ->
          Status.fromStatusCode(StatusCode.UNPROCESSABLE_ENTITY);
    };
  }
}
