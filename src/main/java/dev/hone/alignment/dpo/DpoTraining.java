package dev.hone.alignment.dpo;

import ai.djl.ndarray.NDManager;
import dev.hone.alignment.ComputeType;
import dev.hone.alignment.TokenPair;
import dev.hone.alignment.TrainingResult;
import dev.hone.alignment.TrainingWatch;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Trains an adapter by DPO. */
public final class DpoTraining implements AutoCloseable {
  /**
   * @param base folder of the base
   * @param baseHash of its weights
   * @param parentAdapter folder of the version to start from and to take as reference; none for the
   *     base itself
   * @param parentVersion its id
   * @param work folder for {@code checkpoints/} and {@code candidate/}
   * @param logProbCache folder of the reference's log-probabilities
   */
  public DpoTraining(
      NDManager parent,
      Path base,
      String baseHash,
      Optional<Path> parentAdapter,
      String parentVersion,
      List<TokenPair> pairs,
      DpoSettings settings,
      ComputeType compute,
      Path work,
      Path logProbCache) {
    throw new UnsupportedOperationException("not built yet");
  }

  @SuppressWarnings("DoNotCallSuggester")
  public TrainingResult run(TrainingWatch watch) {
    throw new UnsupportedOperationException("not built yet");
  }

  @SuppressWarnings("DoNotCallSuggester")
  public static ComputeType measure(NDManager manager, Path base) {
    throw new UnsupportedOperationException("not built yet");
  }

  @Override
  public void close() {}
}
