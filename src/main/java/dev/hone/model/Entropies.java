package dev.hone.model;

/**
 * What is said of the entropy of the distribution that each token is taken from, in nats, and with
 * it whether the token is the likeliest one, a tie included: 1 or 0.
 */
public enum Entropies {
  NONE(0),
  /** Both are told, and no gradient flows from them. */
  TOLD(1),
  /** Gradients flow from the entropies, too. */
  LEARNT(2);

  private final long code;

  Entropies(long code) {
    this.code = code;
  }

  /** As the scripts have it. */
  long code() {
    return code;
  }
}
