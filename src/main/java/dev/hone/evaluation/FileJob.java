package dev.hone.evaluation;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.nio.file.Path;

/** Something to be judged on a file. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "judged")
@JsonSubTypes({
  @JsonSubTypes.Type(value = PreferenceJob.class, name = "version"),
  @JsonSubTypes.Type(value = RewardJob.class, name = "reward"),
  @JsonSubTypes.Type(value = TaskJob.class, name = "tasks")
})
public sealed interface FileJob permits PairsJob, TaskJob {
  /** Folder of the base, whose chat template and tokens are used. */
  Path base();

  Path file();
}
