package dev.hone.alignment.bench;

import ai.djl.ndarray.NDManager;
import dev.hone.alignment.ComputeMeter;
import dev.hone.alignment.ComputeType;
import dev.hone.alignment.StepReport;
import dev.hone.alignment.TokenPair;
import dev.hone.alignment.TrainingException;
import dev.hone.alignment.TrainingPlace;
import dev.hone.inference.Torch;
import dev.hone.model.Architecture;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Times training for callers that hold no tensors; brings the tensor library along. */
public final class CaseRun {
  private static final String BASE = "base";

  private CaseRun() {}

  /** What training computes faster in on this machine. */
  public static ComputeType fastest(Path base) {
    try (NDManager manager = Torch.manager()) {
      return ComputeMeter.fastest(manager, base);
    }
  }

  /**
   * @param base folder of the base
   * @param work empty folder for what training writes
   * @param progress told of every step
   * @throws TrainingException {@code too_few_examples}, or what training itself has to say
   */
  public static CaseReport run(
      Path base,
      Path work,
      List<TokenPair> pairs,
      CaseSettings settings,
      Consumer<StepReport> progress) {
    Architecture.load(base).layout().requireAdaptable();
    var place =
        new TrainingPlace(base, BASE, BASE, Optional.empty(), work, work.resolve("log-probs"));
    try (NDManager manager = Torch.manager()) {
      return settings.what() == TrainingCase.PPO
          ? PolicyWorkload.of(settings, pairs).run(manager, place, settings, progress)
          : Workload.of(settings, pairs).run(manager, place, settings, progress);
    }
  }
}
