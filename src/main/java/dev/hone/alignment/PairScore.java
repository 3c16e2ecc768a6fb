package dev.hone.alignment;

/**
 * What two versions think of a pair: sums of log-probabilities over each answer and its end of
 * turn, in nats.
 *
 * @param kl sum over all answer positions of both answers of the exact KL(policy || reference)
 */
public record PairScore(
    double policyChosen,
    double policyRejected,
    double referenceChosen,
    double referenceRejected,
    int chosenTokens,
    int rejectedTokens,
    double kl) {}
