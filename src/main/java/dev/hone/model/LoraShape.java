package dev.hone.model;

import java.util.Set;

/**
 * What an adapter may change and how much: each target becomes {@code x W' + (alpha / rank) x A'
 * B'}.
 */
public record LoraShape(int rank, double alpha, Set<LoraTarget> targets) {
  public LoraShape {
    if (rank < 1 || !(alpha > 0)) {
      throw new IllegalArgumentException(
          "rank and alpha must be positive, were %d and %s".formatted(rank, alpha));
    }
    targets = Set.copyOf(targets);
  }

  /** alpha / rank. */
  public double scale() {
    return alpha / rank;
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
