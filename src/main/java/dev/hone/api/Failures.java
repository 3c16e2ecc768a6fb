package dev.hone.api;

import dev.hone.alignment.reward.RewardsUnavailableException;
import dev.hone.chat.ChatException;
import dev.hone.feedback.FeedbackException;
import dev.hone.inference.ContextLengthExceededException;
import dev.hone.inference.EngineBusyException;
import dev.hone.inference.EngineStoppedException;
import dev.hone.inference.ModelLoadingException;
import dev.hone.inference.ModelUnavailableException;
import dev.hone.inference.TooLittleMemoryException;
import dev.hone.loop.RoundException;
import dev.hone.model.MessagesRefusedException;
import dev.hone.model.jinja.TemplateException;
import dev.hone.preference.DamagedFileException;
import dev.hone.registry.RegistryException;
import dev.hone.registry.UnknownModelException;
import jakarta.persistence.PersistenceException;
import jakarta.ws.rs.WebApplicationException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** The one place where the rooms' exceptions become what a caller is told. */
final class Failures {
  private static final Logger LOG = Logger.getLogger(Failures.class);
  private static final Duration WHILE_LOADING = Duration.ofSeconds(2);
  private static final Duration WHILE_BUSY = Duration.ofSeconds(5);

  private Failures() {}

  /**
   * @param request its name, under which the log keeps what the caller is not told
   */
  static Failure of(Throwable thrown, String request) {
    return switch (thrown) {
      case InvalidRequestException e -> e.failure();
      case UnknownModelException e ->
          Failure.of(404, "model_not_found", e.getMessage()).about("model");
      case UnknownResponseException e -> Failure.of(404, "not_found", e.getMessage());
      case ContextLengthExceededException e ->
          Failure.of(400, "context_length_exceeded", sentence(e)).about("messages");
      case MessagesRefusedException e ->
          Failure.of(400, "invalid_value", "The model's chat template refuses: " + e.getMessage())
              .about("messages");
      case TemplateException e ->
          Failure.of(
              500, "chat_template_failed", "The model's chat template failed: " + sentence(e));
      case EngineBusyException e ->
          Failure.of(429, "rate_limit_exceeded", sentence(e)).retryAfter(e.retryAfter());
      case ModelLoadingException e ->
          Failure.of(503, "model_loading", sentence(e)).retryAfter(WHILE_LOADING);
      case ModelUnavailableException e -> Failure.of(503, "model_unavailable", sentence(e));
      case RewardsUnavailableException e ->
          Failure.of(503, "reward_model_unavailable", sentence(e)).about(CompletionBody.BEST_OF);
      case TooLittleMemoryException e -> Failure.of(503, "too_little_memory", sentence(e));
      case EngineStoppedException e -> Failure.of(503, "shutting_down", sentence(e));
      case AnswerStoppedException e -> Failure.of(503, "answer_stopped", sentence(e));
      case WrongKeyException e -> Failure.of(401, "invalid_api_key", e.getMessage());
      case TooManyAttemptsException e ->
          Failure.of(429, "too_many_attempts", e.getMessage()).retryAfter(e.retryAfter());
      case ChatException e -> Failure.of(status(e.reason()), e.reason().code(), e.getMessage());
      case FeedbackException e ->
          Failure.of(status(e.reason()), e.reason().name().toLowerCase(Locale.ROOT), sentence(e));
      case DamagedFileException e -> Failure.of(422, "damaged_file", sentence(e));
      case RoundException e ->
          Failure.of(status(e.reason()), e.reason().name().toLowerCase(Locale.ROOT), sentence(e));
      case RegistryException e -> Failure.of(status(e.reason()), e.reason().code(), e.getMessage());
      case PersistenceException e when waitedForConnection(e) ->
          Failure.of(503, "database_busy", "The database is busy; try again.")
              .retryAfter(WHILE_BUSY);
      case WebApplicationException e -> ofStatus(e.getResponse().getStatus());
      default -> unexpected(thrown, request);
    };
  }

  /** The pool of connections has no type and no code for it, only these words. */
  private static boolean waitedForConnection(Throwable thrown) {
    return Stream.iterate(thrown, Objects::nonNull, Throwable::getCause)
        .filter(SQLException.class::isInstance)
        .map(e -> String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT))
        .anyMatch(message -> message.contains("acquisition timeout"));
  }

  private static int status(ChatException.Reason reason) {
    return switch (reason) {
      case UNKNOWN_CONVERSATION, UNKNOWN_EXCHANGE, UNKNOWN_TURN -> 404;
      case CONVERSATION_BUSY, NOT_THE_LAST_EXCHANGE -> 409;
    };
  }

  private static int status(RegistryException.Reason reason) {
    return switch (reason) {
      case ANOTHER_BASE,
          VERSION_EXISTS,
          PUBLICATION_RUNNING,
          NOTHING_TO_ROLL_BACK,
          ACTIVE_CHANGED ->
          409;
      case BASE_MISMATCH, VERSION_DAMAGED, REWARD_MODEL_DAMAGED -> 503;
      case VERSION_NOT_WRITTEN, REWARD_MODEL_NOT_WRITTEN -> 507;
    };
  }

  private static int status(FeedbackException.Reason reason) {
    return switch (reason) {
      case MALFORMED_VOTE -> 400;
      case FEEDBACK_OF_ANOTHER_OWNER -> 403;
      case UNKNOWN_TURN, UNKNOWN_FEEDBACK -> 404;
      case ALREADY_WITHDRAWN, IDEMPOTENCY_KEY_REUSED -> 409;
      case INVALID_VOTE, DIFFERENT_PROMPTS -> 422;
    };
  }

  private static int status(RoundException.Reason reason) {
    return switch (reason) {
      case UNKNOWN_ROUND -> 404;
      case ROUND_RUNNING, ROUND_NOT_RUNNING, NOT_RESUMABLE, NOT_APPROVED, CANDIDATE_GONE -> 409;
      case UNKNOWN_RECIPE,
          INVALID_PLAN,
          INVALID_SETTING,
          TOO_FEW_PAIRS,
          WHY_MISSING,
          DIFFERENT_BASES,
          INVALID_TASK ->
          422;
      case WORKER_ENDED -> 500;
    };
  }

  private static Failure ofStatus(int status) {
    return switch (status) {
      case 404 -> Failure.of(404, "not_found", "There is nothing at this address.");
      case 405 -> Failure.of(405, "method_not_allowed", "This address has no such method.");
      case 406 -> Failure.of(406, "not_acceptable", "No acceptable media type can be served.");
      case 413 -> Failure.TOO_LARGE;
      case 415 -> Failure.of(415, "unsupported_media_type", "The body's media type is not taken.");
      default ->
          status < 500
              ? Failure.of(status, "bad_request", "The request can't be served as it is.")
              : Failure.of(status, "internal_error", "The server failed.");
    };
  }

  private static Failure unexpected(Throwable thrown, String request) {
    LOG.errorf(thrown, "Request %s failed", request);
    return Failure.of(
        500, "internal_error", "The server failed; its log has request " + request + ".");
  }

  private static String sentence(Throwable thrown) {
    String text = thrown.getMessage();
    String end = text.endsWith(".") ? "" : ".";
    return Character.toUpperCase(text.charAt(0)) + text.substring(1) + end;
  }
}
