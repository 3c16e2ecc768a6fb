package dev.hone.alignment.ppo;

/**
 * How much better than expected a token is taken to have been, from the rewards of its response and
 * the values of its states (docs/algorithms/ppo.md has the equations).
 */
public enum AdvantageKind {
  /** The return of the whole response, at each of its tokens; no value is asked. */
  RETURN,
  /** The return from the token on, less the value before it. */
  RETURN_TO_GO_WITH_BASELINE,
  /** The reward and the value after the token, less the value before it. */
  TD_RESIDUAL,
  /** All TD residuals from the token on, each next one counting gamma lambda times. */
  GAE
}
