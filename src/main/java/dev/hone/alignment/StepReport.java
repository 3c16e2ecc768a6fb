package dev.hone.alignment;

/**
 * One optimiser step, all figures over the pairs of its batch before the update.
 *
 * @param step from 1
 * @param margin mean of the chosen answers' implicit rewards less the rejected ones'
 * @param accuracy share of pairs whose chosen answer has the higher reward; ties count half
 * @param chosenReward mean implicit reward, beta times the log-ratio to the reference
 * @param gradientNorm before clipping
 * @param pairsPerSecond since the training started or resumed, pauses left out
 * @param secondsLeft at that rate
 */
public record StepReport(
    int step,
    int steps,
    double loss,
    double margin,
    double accuracy,
    double chosenReward,
    double rejectedReward,
    double learningRate,
    double gradientNorm,
    double pairsPerSecond,
    double secondsLeft) {}
