package dev.hone.alignment;

import ai.djl.ndarray.NDManager;
import dev.hone.inference.Torch;
import dev.hone.model.Architecture;
import dev.hone.model.LoraAdapter;
import dev.hone.model.Network;
import dev.hone.model.Precision;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Scores pairs by two versions of one base, through the forward that training uses, in f32. */
public final class PairScorer implements AutoCloseable {
  private static final int COLUMNS = 3;

  private final NDManager manager;
  private final Network base;
  private final Network policy;
  private final Network reference;

  /**
   * @param base folder of the base
   * @param policyAdapter folder of a version's adapter; none for the base itself
   */
  public PairScorer(
      NDManager parent, Path base, Optional<Path> policyAdapter, Optional<Path> referenceAdapter) {
    this(base, policyAdapter, referenceAdapter, parent.newSubManager());
  }

  private PairScorer(
      Path base, Optional<Path> policyAdapter, Optional<Path> referenceAdapter, NDManager own) {
    this.manager = own;
    this.base = Network.load(manager, base, Precision.F32, Integer.MAX_VALUE, Optional.empty());
    this.policy = adapted(policyAdapter);
    this.reference = policyAdapter.equals(referenceAdapter) ? policy : adapted(referenceAdapter);
  }

  private Network adapted(Optional<Path> folder) {
    Architecture net = base.architecture();
    Optional<LoraAdapter> adapter = folder.map(path -> LoraAdapter.load(manager, path, net));
    try {
      return base.adapted(adapter);
    } finally {
      adapter.ifPresent(LoraAdapter::close);
    }
  }

  /** Tokens that a prompt and one answer may have together. */
  public int window() {
    return base.window();
  }

  /** For callers that hold no tensors; brings the tensor library along. */
  public static PairScorer open(
      Path base, Optional<Path> policyAdapter, Optional<Path> referenceAdapter) {
    return new PairScorer(base, policyAdapter, referenceAdapter, Torch.manager());
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
    base.close();
    manager.close();
  }
}
