package dev.hone.loop;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What the stages of a plan have made so far, the newest of each kind; {@code made.json} of each.
 *
 * @param policy to start from, which is the reference too; at first the round's parent
 * @param rewardModel folder of one that was trained
 * @param demonstrations file of answers to learn, TRL's JSON lines
 */
record Made(Policy policy, Optional<Path> rewardModel, Optional<Path> demonstrations) {
  /**
   * @param id the same for the same weights
   * @param adapter its folder; none where it is the base
   */
  record Policy(String id, Optional<Path> adapter) {}

  /** What there is before the first stage. */
  static Made before(Job job) {
    return new Made(
        new Policy(job.parent(), job.parentAdapter()), Optional.empty(), Optional.empty());
  }

  Made with(Policy trained) {
    return new Made(trained, rewardModel, demonstrations);
  }
}
