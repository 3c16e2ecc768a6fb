package dev.hone.alignment;

/**
 * A pair to be judged, with how long its answers were before anything was cut.
 *
 * @param tokens within the limit; a pair without a prompt has a prompt's key of its own
 * @param chosenLength in tokens
 * @param rejectedLength likewise
 */
public record WholePair(TokenPair tokens, int chosenLength, int rejectedLength) {}
