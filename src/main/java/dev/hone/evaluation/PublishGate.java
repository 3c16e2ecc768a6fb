package dev.hone.evaluation;

/** Says of a measured candidate whether it may answer people (docs/algorithms/gate.md). */
public final class PublishGate {
  private PublishGate() {}

  public static GateReport judge(EvaluationReport report, GateThresholds thresholds) {
    throw new UnsupportedOperationException("not built yet");
  }
}
