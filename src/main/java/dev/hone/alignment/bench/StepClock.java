package dev.hone.alignment.bench;

import dev.hone.alignment.StepReport;
import dev.hone.alignment.TrainingWatch;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Notes when each step ended. */
final class StepClock implements TrainingWatch {
  private final LongSupplier nanoTime;
  private final Consumer<StepReport> progress;
  private final List<Double> seconds = new ArrayList<>();
  private final List<Double> losses = new ArrayList<>();
  private long last;

  /**
   * The first step begins now.
   *
   * @param nanoTime {@link System#nanoTime}
   */
  StepClock(LongSupplier nanoTime, Consumer<StepReport> progress) {
    this.nanoTime = nanoTime;
    this.progress = progress;
    this.last = nanoTime.getAsLong();
  }

  @Override
  public void step(StepReport report) {
    long now = nanoTime.getAsLong();
    seconds.add((now - last) / 1e9);
    losses.add(report.loss());
    progress.accept(report);
    last = now;
  }

  @Override
  public void betweenMicroBatches() {}

  /** Of each step. */
  List<Double> seconds() {
    return List.copyOf(seconds);
  }

  List<Double> losses() {
    return List.copyOf(losses);
  }
}
