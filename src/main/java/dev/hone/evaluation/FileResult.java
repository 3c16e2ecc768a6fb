package dev.hone.evaluation;

import java.util.List;

/**
 * What came of a file.
 *
 * @param skipped the first of the lines that could not be judged on, in their order
 */
public record FileResult<R>(R report, List<Skipped> skipped) {
  /** A line that is not what was looked for, and why. */
  public record Skipped(int line, String reason) {}
}
