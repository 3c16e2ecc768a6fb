package dev.hone.cli;

/** The server refused what a command asked, or cannot be reached; in its own words. */
final class ServerException extends RuntimeException {
  private static final long serialVersionUID = 1;

  ServerException(String message) {
    super(message);
  }

  ServerException(String message, Throwable cause) {
    super(message, cause);
  }
}
