package dev.hone.evaluation;

/**
 * A mean with its 95% interval.
 *
 * @param count values that it is the mean of
 */
public record Estimate(double value, double low, double high, int count) {}
