package dev.hone.alignment;

import ai.djl.ndarray.NDManager;
import dev.hone.inference.Torch;
import dev.hone.model.Architecture;
import dev.hone.model.LoraAdapter;
import dev.hone.model.Network;
import dev.hone.model.Precision;
import dev.hone.model.VersionWeights;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Scores pairs by two versions of one base, through the forward that training uses, in f32. Weights
 * that both have are there once.
 */
public final class PairScorer implements AutoCloseable {
  private static final int COLUMNS = 3;

  private final NDManager manager;

  /** By the folder of its weights. */
  private final Map<Path, Network> whole = new HashMap<>();

  private final Network policy;
  private final Network reference;

  /**
   * @param base folder of the base
   * @param policy folder of a version, an adapter's or of full weights; none for the base itself
   * @param reference likewise
   */
  public PairScorer(NDManager parent, Path base, Optional<Path> policy, Optional<Path> reference) {
    this(base, policy, reference, parent.newSubManager());
  }

  private PairScorer(Path base, Optional<Path> policy, Optional<Path> reference, NDManager own) {
    this.manager = own;
    this.policy = network(VersionWeights.of(base, policy));
    this.reference =
        policy.equals(reference) ? this.policy : network(VersionWeights.of(base, reference));
  }

  private Network network(VersionWeights weights) {
    Architecture net = weights.architecture();
    Network under =
        whole.computeIfAbsent(
            weights.whole(),
            folder ->
                Network.load(
                    manager, folder, net, Precision.F32, Integer.MAX_VALUE, Optional.empty()));
    var adapter = weights.adapter().map(folder -> LoraAdapter.load(manager, folder, net));
    try {
      return under.adapted(adapter);
    } finally {
      adapter.ifPresent(LoraAdapter::close);
    }
  }

  /** Tokens that a prompt and one answer may have together. */
  public int window() {
    return policy.window();
  }

  /** For callers that hold no tensors; brings the tensor library along. */
  public static PairScorer open(Path base, Optional<Path> policy, Optional<Path> reference) {
    return new PairScorer(base, policy, reference, Torch.manager());
  }

  public PairScore score(TokenPair pair) {
    return score(List.of(pair)).getFirst();
  }

  /** Several pairs in one call, in their order. */
  public List<PairScore> score(List<TokenPair> pairs) {
    try (NDManager step = manager.newSubManager()) {
      float[] rows = policy.compared(step, TokenExample.batch(pairs), reference).toFloatArray();
      var scores = new ArrayList<PairScore>();
      int row = 0;
      for (TokenPair pair : pairs) {
        double[] chosen = sums(rows, row, pair.chosen().length);
        row += pair.chosen().length;
        double[] rejected = sums(rows, row, pair.rejected().length);
        row += pair.rejected().length;
        scores.add(
            new PairScore(
                chosen[0],
                rejected[0],
                chosen[1],
                rejected[1],
                pair.chosen().length,
                pair.rejected().length,
                chosen[2] + rejected[2]));
      }
      return scores;
    }
  }

  /** Of each column over an answer's rows. */
  private static double[] sums(float[] rows, int from, int count) {
    double[] sums = new double[COLUMNS];
    for (int i = 0; i < count * COLUMNS; i++) {
      sums[i % COLUMNS] += rows[from * COLUMNS + i];
    }
    return sums;
  }

  @Override
  public void close() {
    policy.close();
    if (reference != policy) {
      reference.close();
    }
    whole.values().forEach(Network::close);
    manager.close();
  }
}
