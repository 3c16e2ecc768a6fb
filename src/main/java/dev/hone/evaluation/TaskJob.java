package dev.hone.evaluation;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A version that is to solve the tasks of a file.
 *
 * @param base folder of its base
 * @param version folder of an adapter or of full weights; none for the base
 * @param file of the tasks, as {@link dev.hone.alignment.verify.VerifiableTasks} reads them
 */
public record TaskJob(Path base, Optional<Path> version, Path file, Asking asking)
    implements FileJob {
  /**
   * How it is asked.
   *
   * @param most tasks, the first ones
   * @param temperature that the logits are divided by; 0 for the likeliest tokens
   * @param maxNewTokens of an answer
   * @param seed of every answer that is sampled
   */
  public record Asking(int most, double temperature, int maxNewTokens, long seed) {}
}
