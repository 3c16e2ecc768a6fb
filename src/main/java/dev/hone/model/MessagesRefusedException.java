package dev.hone.model;

/**
 * The model's chat template cannot express these messages, for instance because roles do not
 * alternate or a system message is not provided for. The message is the template's own.
 */
public final class MessagesRefusedException extends RuntimeException {
  public MessagesRefusedException(String reason) {
    super(reason);
  }
}
