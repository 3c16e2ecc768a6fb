package dev.hone.evaluation;

import dev.hone.alignment.CancelledException;

/** Follows an evaluation, on its own thread. */
public interface EvaluationWatch {
  /**
   * A part of the work is done.
   *
   * @param phase {@code evaluating}, {@code generating}, or {@code sampling} and {@code scoring}
   *     where a stage of a plan draws answers and has them rewarded
   * @param step of {@code steps} of this phase, those done before an interruption included
   * @param perSecond steps lately; 0 before the first
   * @param secondsLeft of the phase at that rate
   */
  void progress(String phase, int step, int steps, double perSecond, double secondsLeft);

  /**
   * Before every part; may take its time, which is how an evaluation pauses.
   *
   * @throws CancelledException to end it; what is done can be resumed
   */
  void betweenParts() throws CancelledException;

  /**
   * Before every step of answers in the making, which are one part: the same, but what the part has
   * come to is lost when this ends it.
   */
  default void betweenSteps() throws CancelledException {
    betweenParts();
  }
}
