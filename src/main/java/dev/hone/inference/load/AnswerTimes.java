package dev.hone.inference.load;

import java.util.List;

/**
 * One answer as its client saw it come.
 *
 * @param promptTokens as the server counts them
 * @param cachedTokens those of the prompt that were not computed again
 * @param tokens of the answer, as the server counts them
 * @param firstSeconds from asking to the first piece that is not empty
 * @param gaps seconds between one such piece and the next
 */
public record AnswerTimes(
    int promptTokens, int cachedTokens, int tokens, double firstSeconds, List<Double> gaps) {}
