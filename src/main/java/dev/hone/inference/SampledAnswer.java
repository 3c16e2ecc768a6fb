package dev.hone.inference;

/**
 * What a policy answered.
 *
 * @param tokens at least one; the last is the end of the turn where it ended by itself
 * @param logProbs natural logs under the distribution that each was drawn from, [tokens]; 0 where
 *     greedy
 * @param ended whether it ended by itself and not by its bound
 */
public record SampledAnswer(int[] tokens, float[] logProbs, boolean ended) {}
