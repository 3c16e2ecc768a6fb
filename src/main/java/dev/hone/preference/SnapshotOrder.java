package dev.hone.preference;

import java.util.Optional;
import java.util.Set;

/**
 * What a snapshot is to be taken of.
 *
 * @param maxPerOwner most examples of a kind that follow from one person's votes; 0 for no bound
 * @param mixture what is trained on comes from the sources in these proportions; empty for all
 *     there is
 */
public record SnapshotOrder(Set<PairSource> include, int maxPerOwner, Optional<Mixture> mixture) {
  public SnapshotOrder {
    include = Set.copyOf(include);
    if (maxPerOwner < 0) {
      throw new IllegalArgumentException("an owner cannot have fewer than 0 examples");
    }
  }
}
