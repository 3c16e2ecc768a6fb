package dev.hone.model;

import java.util.Set;

/**
 * What an adapter may change and how much: each target becomes {@code x W' + scale x A' B'}.
 *
 * @param rankStabilised whether alpha counts by the rank's root (rsLoRA, Kalajdzievski 2023), so
 *     that a higher rank does not learn more slowly
 */
public record LoraShape(int rank, double alpha, Set<LoraTarget> targets, boolean rankStabilised) {
  public LoraShape {
    if (rank < 1 || !(alpha > 0)) {
      throw new IllegalArgumentException(
          "rank and alpha must be positive, were %d and %s".formatted(rank, alpha));
    }
    targets = Set.copyOf(targets);
  }

  public LoraShape(int rank, double alpha, Set<LoraTarget> targets) {
    this(rank, alpha, targets, false);
  }

  /** alpha / rank, or alpha / sqrt(rank). */
  public double scale() {
    return alpha / (rankStabilised ? Math.sqrt(rank) : rank);
  }

  /** Numbers in all matrices of such an adapter. */
  public long parameters(Architecture net) {
    long perRank = 0;
    for (LoraTarget target : targets) {
      perRank += target.inputWidth(net) + target.outputWidth(net);
    }
    return perRank * rank * net.layers();
  }
}
