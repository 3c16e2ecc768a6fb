package dev.hone.alignment;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Collects the reports, and ends the training at some look between two pieces of work. */
public final class Recorder implements TrainingWatch {
  public final List<StepReport> reports = new ArrayList<>();
  private int left;

  /**
   * @param looks after which it ends the training; negative for never
   */
  public Recorder(int looks) {
    this.left = looks;
  }

  @Override
  public void step(StepReport report) {
    reports.add(report);
  }

  @Override
  public void betweenMicroBatches() {
    if (left-- == 0) {
      throw new CancelledException("enough");
    }
  }

  /**
   * @param step from 1
   */
  public Map<String, Double> metrics(int step) {
    return reports.get(step - 1).metrics();
  }

  /** Of a figure over some steps. */
  public double mean(String figure, int from, int to) {
    return reports.subList(from, to).stream()
        .mapToDouble(report -> report.metrics().get(figure))
        .average()
        .orElseThrow();
  }
}
