package dev.hone.loop;

/** Where a round stands (docs/algorithms/rounds.md). */
public enum RoundState {
  /** Its data is fixed; what it needs is looked for. */
  COLLECT,
  /** The candidate is trained. */
  POLICY,
  /** The candidate is measured against its parent. */
  EVALUATE,
  /** The measurements are judged. */
  GATE,
  /** What it was to make is kept, and is no policy: there is no candidate. */
  DONE,
  PUBLISHED,
  REFUSED,
  NEEDS_HUMAN,
  FAILED,
  CANCELLED,
  /** Was published, and an operator went back behind it. */
  ROLLED_BACK;

  /** Whether there is work to do; at most one round is in such a state. */
  public boolean running() {
    return switch (this) {
      case COLLECT, POLICY, EVALUATE, GATE -> true;
      case DONE, PUBLISHED, REFUSED, NEEDS_HUMAN, FAILED, CANCELLED, ROLLED_BACK -> false;
    };
  }
}
