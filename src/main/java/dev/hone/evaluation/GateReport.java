package dev.hone.evaluation;

import dev.hone.evaluation.Check.Verdict;
import java.util.List;

/** All checks of a candidate and what follows from them. */
public record GateReport(Decision decision, List<Check> checks) {
  public enum Decision {
    PASSED,
    REFUSED,
    NEEDS_HUMAN
  }

  /**
   * A failed check refuses; one that is undecided leaves it to a person, and so do too few pairs
   * whatever else was found.
   */
  static GateReport of(List<Check> checks) {
    return new GateReport(decide(checks), List.copyOf(checks));
  }

  private static Decision decide(List<Check> checks) {
    if (checks.stream().anyMatch(GateReport::saysTooFew)) {
      return Decision.NEEDS_HUMAN;
    }
    if (checks.stream().anyMatch(check -> check.verdict() == Verdict.FAILED)) {
      return Decision.REFUSED;
    }
    return checks.stream().anyMatch(check -> check.verdict() == Verdict.UNDECIDED)
        ? Decision.NEEDS_HUMAN
        : Decision.PASSED;
  }

  private static boolean saysTooFew(Check check) {
    return check.name().equals(PublishGate.PAIRS) && check.verdict() == Verdict.UNDECIDED;
  }
}
