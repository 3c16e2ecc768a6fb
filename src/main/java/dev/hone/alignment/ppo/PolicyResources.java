package dev.hone.alignment.ppo;

import dev.hone.alignment.ComputeType;
import dev.hone.alignment.Resources;
import dev.hone.model.Architecture;
import dev.hone.model.LoraShape;
import dev.hone.registry.VersionKind;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a training by reward takes at most, besides who samples and who grades.
 *
 * @param shape of the policy's adapter
 * @param longestPrompt in tokens
 * @param rewardModel folder of one over the same base, which the value network begins as
 */
public record PolicyResources(
    PpoSettings settings, LoraShape shape, int longestPrompt, Optional<Path> rewardModel) {
  /** Rows of logits more that an entropy has on the way forth and back. */
  private static final int OF_ENTROPY = 1;

  public Resources over(Architecture net, ComputeType compute) {
    var training = settings.training();
    long adapter = shape.parameters(net);
    // Beside the policy's own, the reference's matrices and the sampler's copy.
    var all =
        Resources.of(net, compute, training, shape, rows(), targets())
            .and(new Resources(2 * Float.BYTES * adapter, 0));
    if (settings.losses().learnsEntropies()) {
      all = all.and(Resources.logits(net, targets(), OF_ENTROPY));
    }
    return settings.algorithm().hasValues()
        ? all.and(Resources.trained(values(adapter) + net.hidden(), training.ema() > 0))
        : all;
  }

  /** As if the longest responses met in one micro-batch. */
  private int rows() {
    var training = settings.training();
    return Math.min(training.microBatch() * longest(), settings.mostRows());
  }

  private int longest() {
    return pretrains()
        ? settings.training().maxTokens()
        : longestPrompt + settings.rollouts().maxNewTokens();
  }

  private int targets() {
    int each = pretrains() ? longest() : settings.rollouts().maxNewTokens();
    return Math.min(settings.training().microBatch() * each, rows());
  }

  /** A demonstration may be as long as may be, and learnt in all but its first token. */
  private boolean pretrains() {
    return settings.losses().ptxCoefficient() > 0;
  }

  /** Numbers of the value network's adapter. */
  private long values(long adapter) {
    return rewardModel
        .map(folder -> Resources.size(folder.resolve(VersionKind.ADAPTER.weights())) / Float.BYTES)
        .orElse(adapter);
  }
}
