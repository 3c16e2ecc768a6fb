package dev.hone.loop;

import ai.djl.ndarray.NDManager;
import dev.hone.alignment.Resources;
import dev.hone.inference.PolicySampler;
import dev.hone.inference.RolloutPrecision;
import dev.hone.model.Architecture;
import dev.hone.model.Precision;
import java.nio.file.Path;

/**
 * How a stage lets the policy answer.
 *
 * @param base folder of the policy's base
 */
record Sampling(
    Path base, Precision precision, PolicySampler.Bounds bounds, PolicySampler.Drawing drawing) {
  /** Answers that are sampled at once, at most. */
  static final int AT_ONCE = 16;

  /**
   * In the precision that the stage began with, or else the fastest, which may have to be measured.
   *
   * @param atOnce answers
   * @param window tokens of a prompt and its answer together
   */
  static Sampling of(
      NDManager manager,
      StageContext context,
      int atOnce,
      int window,
      PolicySampler.Drawing drawing) {
    Job job = context.job();
    var precision =
        RolloutPrecision.of(
            manager,
            job.base(),
            job.precisions(),
            context.folder().rollouts(),
            atOnce,
            context.watch()::betweenMicroBatches);
    var bounds = PolicySampler.Bounds.ample(atOnce, window, Architecture.load(job.base()));
    return new Sampling(job.base(), precision, bounds, drawing);
  }

  /** What the sampler takes at most. */
  Resources resources() {
    var net = Architecture.load(base);
    return new Resources(PolicySampler.bytes(net, precision, bounds), 0);
  }

  /** Loads the base; to be closed. */
  PolicySampler open(NDManager manager) {
    return new PolicySampler(manager, base, precision, bounds);
  }
}
