package dev.hone.alignment.bench;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
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
    List<Double> losses) {
  /**
   * @param examples of the steps that count; likewise the tokens
   */
  static CaseReport of(
      NDManager manager, CaseSettings settings, StepClock clock, int examples, long tokens) {
    var stepSeconds = clock.seconds().subList(settings.warmup(), settings.allSteps());
    double seconds = stepSeconds.stream().mapToDouble(Double::doubleValue).sum();
    return new CaseReport(
        settings.what().label(),
        settings.compute().label(),
        manager.getEngine().getVersion(),
        JniUtils.getNumThreads(),
        settings.steps(),
        examples,
        tokens,
        seconds,
        examples / seconds,
        tokens / seconds,
        stepSeconds,
        clock.losses());
  }
}
