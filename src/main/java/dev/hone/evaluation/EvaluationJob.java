package dev.hone.evaluation;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A candidate to be measured against the version that it was trained from.
 *
 * @param base folder of the base
 * @param parent folder of the parent, an adapter's or of full weights; none where the parent is the
 *     base
 * @param candidate likewise
 * @param heldOut pairs kept from training, TRL's JSON lines
 * @param work folder of {@code samples.jsonl} and {@code evaluation.json}
 * @param beta of the training, for the margin
 * @param seed of every answer that is sampled
 */
public record EvaluationJob(
    Path base,
    Optional<Path> parent,
    Path candidate,
    Path heldOut,
    Path work,
    double beta,
    long seed,
    EvaluationSizes sizes) {}
