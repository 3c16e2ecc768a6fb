package dev.hone.evaluation;

import java.util.List;
import java.util.Map;

/**
 * What came of a file.
 *
 * @param skipped the first of the lines that could not be judged on, in their order
 * @param cut how many prompts and answers were cut to fit, by kind
 */
public record FileResult<R>(R report, List<Skipped> skipped, Map<String, Integer> cut) {
  /** A line that is not what was looked for, and why. */
  public record Skipped(int line, String reason) {}
}
