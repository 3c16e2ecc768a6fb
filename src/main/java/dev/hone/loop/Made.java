package dev.hone.loop;

import dev.hone.registry.ModelStore;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the stages of a plan have made so far, the newest of each kind; {@code made.json} of each.
 *
 * @param policy to start from, which is the reference too; at first the round's parent
 * @param rewardModel id of one that is kept in the model store
 * @param demonstrations file of answers to learn, as token ids
 */
record Made(Policy policy, Optional<String> rewardModel, Optional<Path> demonstrations) {
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

  Made withRewardModel(String id) {
    return new Made(policy, Optional.of(id), demonstrations);
  }

  Made withDemonstrations(Path file) {
    return new Made(policy, rewardModel, Optional.of(file));
  }

  /**
   * For a person: what there is where a plan ends in no policy.
   *
   * @param store that keeps reward models
   */
  String words(ModelStore store) {
    return rewardModel
        .map(id -> "made the " + Outcomes.rewardModel(id, store))
        .orElse("made nothing new");
  }
}
