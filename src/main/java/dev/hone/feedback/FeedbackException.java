package dev.hone.feedback;

/** A vote that was not taken, or a question about votes that has no answer; says why. */
public final class FeedbackException extends RuntimeException {
  private final Reason reason;

  public FeedbackException(Reason reason, String detail) {
    super(detail);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }

  /** Stable across releases: clients tell cases apart by it. */
  public enum Reason {
    /** Not a vote: broken JSON, an unknown kind or field, a missing or mistyped value. */
    MALFORMED_VOTE,
    /** A vote, but one that cannot be meant, such as comparing a turn with itself. */
    INVALID_VOTE,
    UNKNOWN_TURN,
    /** Only answers to the same prompt can be compared or ranked. */
    DIFFERENT_PROMPTS,
    UNKNOWN_FEEDBACK,
    /** Only who said it may take it back. */
    FEEDBACK_OF_ANOTHER_OWNER,
    ALREADY_WITHDRAWN,
    /** The idempotency key came before with another vote. */
    IDEMPOTENCY_KEY_REUSED
  }
}
