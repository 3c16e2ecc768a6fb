package dev.hone.loop;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.alignment.CheckpointEvery;
import dev.hone.evaluation.EvaluationSizes;
import dev.hone.registry.ModelStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * All that a worker must know; written once, so that a resumed round does what it began with.
 *
 * @param round its id
 * @param stages of its plan
 * @param base folder of the base
 * @param baseSha256 of its weights
 * @param parent id of the version to start from, which is the reference too
 * @param parentAdapter its folder, of an adapter or of full weights; none where it is the base
 * @param snapshot folder of the data
 * @param logProbs folder of the reference's log-probabilities, shared by rounds
 * @param sizes how much of the candidate is looked at
 * @param secondsBetweenCheckpoints of work in training
 * @param stepsBetweenCheckpoints 0 for no such bound, as in a job of an earlier release
 */
record Job(
    String round,
    List<Stage> stages,
    Path base,
    String baseSha256,
    String parent,
    Optional<Path> parentAdapter,
    Path snapshot,
    Path logProbs,
    EvaluationSizes sizes,
    double secondsBetweenCheckpoints,
    int stepsBetweenCheckpoints) {
  private static final String STAGES = "stages";

  /** Reads one, also of an earlier release, whose rounds had one recipe with its settings. */
  static Optional<Job> read(Path file) {
    return RoundFolder.read(file, ObjectNode.class)
        .map(
            job -> {
              if (!job.has(STAGES)) {
                String method = job.path("recipe").asText("dpo");
                ObjectNode stage = job.putArray(STAGES).addObject();
                stage.put("name", method).put("method", method);
                stage.set("settings", job.get("settings"));
                stage.putArray("changed");
              }
              return RoundFolder.JSON.convertValue(job, Job.class);
            });
  }

  /** The models on disk, of which the base is one. */
  ModelStore store() {
    return new ModelStore(base.getParent().getParent());
  }

  /** What was measured of precisions on this machine, by whichever engine was first. */
  Path precisions() {
    return logProbs.resolveSibling("precision.json");
  }

  CheckpointEvery checkpoints() {
    return new CheckpointEvery(secondsBetweenCheckpoints, stepsBetweenCheckpoints);
  }

  /** Whether there will be a candidate. */
  boolean makesPolicy() {
    return last().makesPolicy();
  }

  /** The stage that makes the candidate. */
  Stage last() {
    return stages.getLast();
  }
}
