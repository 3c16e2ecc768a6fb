package dev.hone.registry;

/** A model could not be brought; nothing was installed. The message is for the person who asked. */
public class PullException extends RuntimeException {
  public PullException(String message) {
    super(message);
  }

  public PullException(String message, Throwable cause) {
    super(message, cause);
  }
}
