package dev.hone.alignment.ppo;

/** What a state's value is drawn to. */
public enum ValueTarget {
  /** The reward and the value after the token: TD(0). */
  TD,
  /** The value before the token and its generalised advantage: the lambda-return. */
  GAE
}
