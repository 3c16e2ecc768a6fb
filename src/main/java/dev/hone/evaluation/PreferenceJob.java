package dev.hone.evaluation;

import dev.hone.preference.Format;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A version to be judged on a file of preferences, against a reference.
 *
 * @param base folder of the base of both
 * @param version folder of an adapter or of full weights; none for the base
 * @param reference likewise
 * @param file of the pairs
 * @param beta that implicit rewards are scaled by in the margin
 */
public record PreferenceJob(
    Path base,
    Optional<Path> version,
    Optional<Path> reference,
    Path file,
    Format format,
    double beta)
    implements PairsJob {}
