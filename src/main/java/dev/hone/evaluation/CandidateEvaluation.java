package dev.hone.evaluation;

/** Measures a candidate against its parent. */
public final class CandidateEvaluation {
  private CandidateEvaluation() {}

  /**
   * Goes on where an interrupted evaluation of the same job ended, with the same result, and leaves
   * it in {@code evaluation.json} too.
   *
   * @throws dev.hone.alignment.CancelledException as the watch wants
   */
  public static EvaluationReport run(EvaluationJob job, EvaluationWatch watch) {
    throw new UnsupportedOperationException("not built yet");
  }
}
