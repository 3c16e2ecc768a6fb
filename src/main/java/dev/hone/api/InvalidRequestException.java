package dev.hone.api;

import dev.hone.inference.ContextLengthExceededException;
import dev.hone.inference.constraint.UnsupportedSchemaException;
import dev.hone.model.MessagesRefusedException;
import java.util.Optional;
import java.util.function.Supplier;

/** The request is not understood, or asks for what is not supported. */
final class InvalidRequestException extends RuntimeException {
  private final Failure failure;

  private InvalidRequestException(Failure failure) {
    super(failure.message());
    this.failure = failure;
  }

  static InvalidRequestException malformed(String message) {
    return new InvalidRequestException(Failure.of(400, "invalid_json", message));
  }

  static InvalidRequestException missing(String field) {
    return about(field, "missing_required_parameter", "'" + field + "' is required.");
  }

  static InvalidRequestException wrong(String field, String message) {
    return about(field, "invalid_value", "'" + field + "' " + message + ".");
  }

  static InvalidRequestException wrongType(String field, String expected) {
    return about(field, "invalid_type", "'" + field + "' must be " + expected + ".");
  }

  static InvalidRequestException unknown(String field) {
    return about(field, "unknown_parameter", "'" + field + "' is not a known field.");
  }

  static InvalidRequestException unsupported(String field) {
    return unsupported(field, "");
  }

  /**
   * @param why goes on with the sentence that it is not supported
   */
  static InvalidRequestException unsupported(String field, String why) {
    return about(field, "unsupported_parameter", "'" + field + "' is not supported" + why + ".");
  }

  static InvalidRequestException unsupportedRole(String message, String role) {
    String field = message + ".role";
    return about(
        field,
        "unsupported_value",
        "'" + field + "': messages of role '" + role + "' are not supported.");
  }

  static InvalidRequestException unsupportedPart(String part, String type) {
    return about(
        part + ".type",
        "unsupported_value",
        "'" + part + "': content of type '" + type + "' is not supported, only text is.");
  }

  static InvalidRequestException unsupportedItem(String item, String type) {
    return about(
        item + ".type",
        "unsupported_value",
        "'" + item + "': items of type '" + type + "' are not supported, only messages are.");
  }

  static InvalidRequestException previousUnknown(String id) {
    return about(
        "previous_response_id",
        "previous_response_not_found",
        "Previous response with id '" + id + "' not found.");
  }

  static InvalidRequestException refusedByTemplate(String field, MessagesRefusedException e) {
    return about(field, "invalid_value", "The model's chat template refuses: " + e.getMessage());
  }

  static InvalidRequestException tooLong(String field, ContextLengthExceededException e) {
    return about(
        field, "context_length_exceeded", "'" + field + "' is too long: " + e.getMessage() + ".");
  }

  /**
   * Does what looks at a schema of the request.
   *
   * @throws InvalidRequestException naming the field, and what of the schema is not supported
   */
  static <T> T ofSchema(String field, Supplier<T> work) {
    try {
      return work.get();
    } catch (UnsupportedSchemaException e) {
      throw about(field, "unsupported_value", "'" + field + "': " + e.getMessage() + ".");
    }
  }

  private static InvalidRequestException about(String field, String code, String message) {
    return new InvalidRequestException(
        new Failure(400, code, message, Optional.of(field), Optional.empty()));
  }

  Failure failure() {
    return failure;
  }
}
