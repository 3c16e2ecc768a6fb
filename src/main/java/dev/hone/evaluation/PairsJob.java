package dev.hone.evaluation;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.hone.preference.Format;
import java.nio.file.Path;

/** Something to be judged on every pair of a file. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "judged")
@JsonSubTypes({
  @JsonSubTypes.Type(value = PreferenceJob.class, name = "version"),
  @JsonSubTypes.Type(value = RewardJob.class, name = "reward")
})
public sealed interface PairsJob permits PreferenceJob, RewardJob {
  /** Folder of the base, whose chat template and tokens the pairs are put in. */
  Path base();

  Path file();

  Format format();

  /** Pairs that are judged, the first ones. */
  default int most() {
    return Integer.MAX_VALUE;
  }
}
