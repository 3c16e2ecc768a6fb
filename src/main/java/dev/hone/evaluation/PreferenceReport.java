package dev.hone.evaluation;

/**
 * How a version, against a reference, judges pairs whose better answer is known
 * (docs/algorithms/gate.md). Numbers of no pairs at all are null.
 *
 * @param pairs that were scored
 * @param skipped lines that could not be read as a pair
 * @param accuracy share of pairs whose chosen answer has the higher implicit reward, the
 *     log-probability under the version less that under the reference; ties count half
 * @param low end of the accuracy's 95% interval (Wilson)
 * @param high its other end
 * @param margin mean of beta times the chosen answer's implicit reward less the rejected one's
 * @param logprobAccuracy share of pairs whose chosen answer the version alone gives the higher mean
 *     log-probability per token, its end of turn included; ties count half
 * @param lengthBaseline accuracy of the better of two rules, the answer of more tokens wins and the
 *     one of fewer wins; ties count half
 * @param kl mean over all answer tokens of the exact KL(version || reference), nats
 */
public record PreferenceReport(
    int pairs,
    int skipped,
    Double accuracy,
    Double low,
    Double high,
    Double margin,
    Double logprobAccuracy,
    Double lengthBaseline,
    Double kl) {}
