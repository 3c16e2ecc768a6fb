package dev.hone.alignment;

/**
 * When a training writes a checkpoint: as soon as one of the two has passed since the one before.
 *
 * @param seconds of work
 * @param steps 0 for no such bound
 */
public record CheckpointEvery(double seconds, int steps) {
  public static final CheckpointEvery NEVER = new CheckpointEvery(Double.POSITIVE_INFINITY, 0);

  boolean due(Progress saved, Progress now) {
    return now.seconds() - saved.seconds() >= seconds
        || (steps > 0 && now.step() - saved.step() >= steps);
  }
}
