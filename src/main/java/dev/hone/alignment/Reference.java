package dev.hone.alignment;

import ai.djl.ndarray.NDManager;
import dev.hone.model.AnswerBatch;
import dev.hone.model.Network;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The frozen version that a policy is held to, asked through the forward that trains it, so that
 * both agree to rounding before the first step. What it said once is not computed again.
 */
public final class Reference {
  private final NDManager manager;
  private final Network network;
  private final ReferenceLogProbs known;

  public Reference(NDManager manager, Network network, ReferenceLogProbs known) {
    this.manager = manager;
    this.network = network;
    this.known = known;
  }

  /** Computes the whole micro-batch if one of it is missing: rounding depends on its company. */
  public List<PairLogProbs> of(List<TokenPair> microBatch) {
    if (microBatch.stream().anyMatch(pair -> known.of(pair).isEmpty())) {
      known.add(computed(microBatch));
    }
    return microBatch.stream().map(pair -> known.of(pair).orElseThrow()).toList();
  }

  private Map<TokenPair, PairLogProbs> computed(List<TokenPair> pairs) {
    try (NDManager step = manager.newSubManager()) {
      AnswerBatch batch = TokenPair.batch(pairs);
      double[] sums = batch.sums(network.answerLogProbs(step, batch).toFloatArray());
      Map<TokenPair, PairLogProbs> computed = new LinkedHashMap<>();
      for (int i = 0; i < pairs.size(); i++) {
        computed.put(pairs.get(i), new PairLogProbs(sums[2 * i], sums[2 * i + 1]));
      }
      return computed;
    }
  }
}
