package dev.hone.alignment;

/** Sums of log-probabilities over a pair's two answers, in nats. */
public record PairLogProbs(double chosen, double rejected) {}
