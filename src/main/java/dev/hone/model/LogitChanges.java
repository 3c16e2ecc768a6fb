package dev.hone.model;

/**
 * What is done to logits of several rows before they are listed. A logit is divided by its divisor
 * if positive, multiplied by it otherwise, and its addend is added; then the masked rows lose what
 * is blocked in them.
 *
 * @param rows [changes], of each changed logit
 * @param tokens [changes]; a row's tokens differ
 * @param divisors [changes], above 0
 * @param addends [changes]; minus infinity leaves the token out
 * @param maskedRows [masked]
 * @param blocked [masked * vocabulary], 1 where a token may not be drawn, 0 elsewhere
 */
public record LogitChanges(
    long[] rows,
    long[] tokens,
    float[] divisors,
    float[] addends,
    long[] maskedRows,
    byte[] blocked) {}
