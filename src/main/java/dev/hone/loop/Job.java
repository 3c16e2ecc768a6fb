package dev.hone.loop;

import dev.hone.evaluation.EvaluationSizes;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * All that a worker must know; written once, so that a resumed round does what it began with.
 *
 * @param round its id
 * @param recipe its name; none in a job of an earlier release, which had one alone
 * @param settings of the recipe
 * @param base folder of the base
 * @param baseSha256 of its weights
 * @param parent id of the version to start from, which is the reference too
 * @param parentAdapter its folder, of an adapter or of full weights; none where it is the base
 * @param snapshot folder of the data
 * @param logProbs folder of the reference's log-probabilities, shared by rounds
 * @param sizes how much of the candidate is looked at
 * @param secondsBetweenCheckpoints of work in training
 */
record Job(
    String round,
    String recipe,
    Map<String, String> settings,
    Path base,
    String baseSha256,
    String parent,
    Optional<Path> parentAdapter,
    Path snapshot,
    Path logProbs,
    EvaluationSizes sizes,
    double secondsBetweenCheckpoints) {
  Job {
    recipe = recipe == null ? Method.DPO.label() : recipe;
  }
}
