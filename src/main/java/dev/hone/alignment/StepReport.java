package dev.hone.alignment;

import java.util.Map;

/**
 * One optimiser step, all figures over its batch before the update; but those of {@code eval/} over
 * what is held out, before the step or behind the last.
 *
 * @param step from 1
 * @param gradientNorm before clipping
 * @param perSecond examples since the training started or resumed, pauses left out
 * @param secondsLeft at that rate
 * @param metrics by TRL's names (docs/algorithms)
 */
public record StepReport(
    int step,
    int steps,
    double loss,
    double learningRate,
    double gradientNorm,
    double perSecond,
    double secondsLeft,
    Map<String, Double> metrics) {}
