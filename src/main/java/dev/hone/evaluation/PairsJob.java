package dev.hone.evaluation;

import dev.hone.preference.Format;

/** Something to be judged on every pair of a file. */
public sealed interface PairsJob extends FileJob permits PreferenceJob, RewardJob {
  Format format();

  /** Pairs that are judged, the first ones. */
  default int most() {
    return Integer.MAX_VALUE;
  }
}
