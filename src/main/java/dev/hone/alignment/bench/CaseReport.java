package dev.hone.alignment.bench;

import java.util.List;

/**
 * How fast a case was, once, by the steps that count.
 *
 * @param compute what the frozen layers computed in
 * @param examples of all these steps
 * @param tokens of prompts and answers, a prompt counted once for all its answers; of sequences
 *     those that are learnt
 * @param stepSeconds of each of them
 * @param losses of every step, those of the warm-up first
 */
public record CaseReport(
    String name,
    String compute,
    String libtorch,
    int threads,
    int steps,
    int examples,
    long tokens,
    double seconds,
    double examplesPerSecond,
    double tokensPerSecond,
    List<Double> stepSeconds,
    List<Double> losses) {}
