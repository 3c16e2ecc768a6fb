package dev.hone.api;

/** No response of that id is kept for this caller. */
final class UnknownResponseException extends RuntimeException {
  UnknownResponseException(String id) {
    super("Response with id '" + id + "' not found.");
  }
}
