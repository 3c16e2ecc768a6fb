package dev.hone.loop;

/** A round cannot do what it was asked. */
public final class RoundException extends RuntimeException {
  private final Reason reason;

  /** Stable, for programs. */
  public enum Reason {
    UNKNOWN_ROUND,
    UNKNOWN_RECIPE,
    INVALID_PLAN,
    INVALID_SETTING,
    TOO_FEW_PAIRS,
    ROUND_RUNNING,
    ROUND_NOT_RUNNING,
    NOT_RESUMABLE,
    NOT_APPROVED,
    WHY_MISSING,
    CANDIDATE_GONE,
    DIFFERENT_BASES,
    INVALID_TASK,
    WORKER_ENDED
  }

  public RoundException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
