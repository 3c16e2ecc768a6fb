package dev.hone.model;

/** How a decoder tells where in the text a token stands. */
public sealed interface Positions permits Rope, Positions.Learned {
  /** A vector for each position, added to the token's. */
  record Learned() implements Positions {}
}
