package dev.hone.alignment;

import java.util.ArrayList;
import java.util.List;

/**
 * Ends a training as a kill does, in the middle of a step: no checkpoint is written for it, since
 * this is nothing that a training answers to.
 */
public final class Killed extends Error {
  private static final long serialVersionUID = 1;

  private Killed() {
    super("killed");
  }

  /**
   * Kills a training.
   *
   * @param steps that it finishes
   * @param looks between two pieces of work that it takes in the next
   */
  public static Watch after(int steps, int looks) {
    return new Watch(steps, looks);
  }

  /** Collects the reports until then. */
  public static final class Watch implements TrainingWatch {
    public final List<StepReport> reports = new ArrayList<>();
    private final int steps;
    private int looksLeft;

    private Watch(int steps, int looks) {
      this.steps = steps;
      this.looksLeft = looks;
    }

    @Override
    public void step(StepReport report) {
      reports.add(report);
    }

    @Override
    public void betweenMicroBatches() {
      if (reports.size() == steps && looksLeft-- == 0) {
        throw new Killed();
      }
    }
  }
}
