package dev.hone.evaluation;

import java.util.List;

/**
 * What came of a file of pairs.
 *
 * @param skipped the first of the lines that were no pair, in their order
 */
public record PairsResult<R>(R report, List<Skipped> skipped) {
  /** A line that is no pair, and why. */
  public record Skipped(int line, String reason) {}
}
