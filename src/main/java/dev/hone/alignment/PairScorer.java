package dev.hone.alignment;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Scores pairs by two versions of one base, through the forward that training uses, in f32. */
public final class PairScorer implements AutoCloseable {
  public PairScorer(
      NDManager parent, Path base, Optional<Path> policyAdapter, Optional<Path> referenceAdapter) {
    throw new UnsupportedOperationException("not built yet");
  }

  /** For callers that hold no tensors; brings the tensor library along. */
  public static PairScorer open(
      Path base, Optional<Path> policyAdapter, Optional<Path> referenceAdapter) {
    return new PairScorer(
        dev.hone.inference.Torch.manager(), base, policyAdapter, referenceAdapter);
  }

  public PairScore score(TokenPair pair) {
    return score(List.of(pair)).getFirst();
  }

  /** Several pairs in one call, in their order. */
  @SuppressWarnings("DoNotCallSuggester")
  public List<PairScore> score(List<TokenPair> pairs) {
    throw new UnsupportedOperationException("not built yet");
  }

  @Override
  public void close() {}
}
