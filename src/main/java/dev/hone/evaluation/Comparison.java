package dev.hone.evaluation;

/**
 * A number of both versions.
 *
 * @param low end of the 95% interval of the candidate's ratio to, or difference from, the parent's;
 *     null where it has none
 */
public record Comparison(double parent, double candidate, Double low, Double high) {
  double ratio() {
    return candidate / parent;
  }

  double rise() {
    return candidate - parent;
  }
}
