package dev.hone.alignment;

/**
 * When a training writes a checkpoint: as soon as one of the two has passed since the one before.
 *
 * @param seconds of work
 * @param steps 0 for no such bound
 */
public record CheckpointEvery(double seconds, int steps) {
  public static final CheckpointEvery NEVER = new CheckpointEvery(Double.POSITIVE_INFINITY, 0);

  /**
   * Before the last step there is one too: that step ends with a reading, and one that is cut there
   * leaves nothing to save.
   */
  boolean due(Progress saved, Progress now, int allSteps) {
    return !equals(NEVER)
        && (now.step() == allSteps - 1
            || now.seconds() - saved.seconds() >= seconds
            || (steps > 0 && now.step() - saved.step() >= steps));
  }
}
