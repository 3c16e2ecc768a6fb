package dev.hone.evaluation;

import dev.hone.preference.Format;
import java.nio.file.Path;

/**
 * A reward model to be judged on a file of preferences.
 *
 * @param base folder of its base
 * @param model folder of its adapter and head
 * @param file of the pairs
 * @param most pairs that are judged, the first ones
 */
public record RewardJob(Path base, Path model, Path file, Format format, int most)
    implements PairsJob {
  /** On all pairs of the file. */
  public RewardJob(Path base, Path model, Path file, Format format) {
    this(base, model, file, format, Integer.MAX_VALUE);
  }
}
