package dev.hone.alignment;

/**
 * A pair to be judged, with what is to be known of it before anything was cut.
 *
 * @param tokens within the limit
 * @param prompt the same for pairs of one prompt; a pair without one has its own
 * @param chosenLength in tokens
 * @param rejectedLength likewise
 */
public record WholePair(TokenPair tokens, String prompt, int chosenLength, int rejectedLength) {}
