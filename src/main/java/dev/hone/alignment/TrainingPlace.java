package dev.hone.alignment;

import dev.hone.model.VersionWeights;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a training starts from, and where its files are.
 *
 * @param base folder of the base
 * @param baseHash of its weights
 * @param parent id of the version to start from, which is the reference too
 * @param parentAdapter its folder, of an adapter or of full weights; none for the base itself
 * @param work folder for {@code checkpoints/} and {@code candidate/}
 * @param logProbs folder of what references said, shared by trainings
 */
public record TrainingPlace(
    Path base,
    String baseHash,
    String parent,
    Optional<Path> parentAdapter,
    Path work,
    Path logProbs) {
  /** Changes when the same weights say other numbers than in an earlier release. */
  private static final String FORWARD = "forward 3";

  /** All that decides what the version to start from says of a text. */
  public List<String> numbers(ComputeType compute) {
    return List.of(baseHash, parent, compute.label(), FORWARD);
  }

  /** What the version to start from is made of. */
  public VersionWeights weights() {
    return VersionWeights.of(base, parentAdapter);
  }
}
