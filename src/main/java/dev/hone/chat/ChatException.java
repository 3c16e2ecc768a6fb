package dev.hone.chat;

import java.util.Locale;

/** A conversation can't do what was asked of it. */
public final class ChatException extends RuntimeException {
  private final Reason reason;

  /** Why; the name in lower case is the stable code. */
  public enum Reason {
    UNKNOWN_CONVERSATION,
    UNKNOWN_EXCHANGE,
    UNKNOWN_TURN,
    /** An answer is still being written. */
    CONVERSATION_BUSY,
    /** Only the last exchange may be answered anew. */
    NOT_THE_LAST_EXCHANGE;

    public String code() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  ChatException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
