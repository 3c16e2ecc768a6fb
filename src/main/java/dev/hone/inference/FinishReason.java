package dev.hone.inference;

/** Why a generation ended. */
public enum FinishReason {
  /** The model ended its turn, or a stop string was met. */
  STOP,
  /** {@code maxNewTokens} or the context window was reached. */
  LENGTH,
  /** The client went away or pressed stop; what was generated until then is kept. */
  CANCELLED
}
