package dev.hone.operations;

/** Hone cannot start here; the message is written for the person at the terminal. */
public class StartException extends RuntimeException {
  public StartException(String message) {
    super(message);
  }

  public StartException(String message, Throwable cause) {
    super(message, cause);
  }
}
