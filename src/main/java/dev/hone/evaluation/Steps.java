package dev.hone.evaluation;

import dev.hone.alignment.Stopwatch;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Walks through the parts of a phase, tells how far it is, and passes over what is done. */
public final class Steps {
  private final EvaluationWatch watch;
  private final String phase;
  private final int all;
  private final Stopwatch clock = new Stopwatch();
  private int done;
  private int doneNow;

  /**
   * @param all parts of the phase, those done before included
   */
  public Steps(EvaluationWatch watch, String phase, int all) {
    this.watch = watch;
    this.phase = phase;
    this.all = all;
  }

  /** Work on the parts {@code [from, to)}. */
  @FunctionalInterface
  interface Work {
    void on(int from, int to);
  }

  /**
   * Works in batches whose bounds do not depend on what is done: one that was begun is done again
   * as a whole, with the same numbers.
   */
  void inBatches(int count, int size, IntPredicate known, Work work) {
    for (int from = 0; from < count; from += size) {
      int to = Math.min(count, from + size);
      if (IntStream.range(from, to).allMatch(known)) {
        done += to - from;
        continue;
      }
      between();
      work.on(from, to);
      reached(done + to - from);
    }
  }

  /** Between two parts, for as long as the watch wants, which is no work. */
  public void between() {
    clock.pause(watch::betweenParts);
  }

  /** Tells that the phase has come so far. */
  public void reached(int step) {
    doneNow += step - done;
    done = step;
    double perSecond = doneNow / Math.max(1e-9, clock.seconds());
    watch.progress(phase, done, all, perSecond, (all - done) / perSecond);
  }
}
