package dev.hone.cli;

/** The server refused what a command asked, or cannot be reached; in its own words. */
final class ServerException extends RuntimeException {
  /** Of one where nothing answers. */
  static final String UNREACHABLE = "server_unreachable";

  private static final long serialVersionUID = 1;

  private final String code;

  ServerException(String message) {
    this("failed", message);
  }

  /**
   * @param code the server's own word for what is wrong, which stays the same between releases
   */
  ServerException(String code, String message) {
    super(message);
    this.code = code;
  }

  ServerException(String message, Throwable cause) {
    super(message, cause);
    this.code = "failed";
  }

  String code() {
    return code;
  }
}
