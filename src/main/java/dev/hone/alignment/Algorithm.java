package dev.hone.alignment;

import ai.djl.ndarray.NDManager;
import dev.hone.model.AnswerBatch;
import dev.hone.model.Entropies;
import dev.hone.model.Network;
import dev.hone.model.Trainable;
import java.util.Map;
import java.util.function.Function;

/**
 * A way to learn, with its settings.
 *
 * @param <E> what it learns from
 */
public interface Algorithm<E extends TokenExample> {
  Options options();

  Objective<E> objective(Frozen frozen);

  /**
   * What it moves; closes what is trainable with itself.
   *
   * @param manager outlives it
   * @param baseName by which the adapter's files name their base
   */
  default Trained trained(NDManager manager, Network base, String baseName, Trainable trainable) {
    var forward = options().training().forward();
    return new TrainedAdapter(base, baseName, trainable, forward, Entropies.TOLD);
  }

  /** Its settings. */
  interface Options {
    AdapterSettings training();

    /** What a log-ratio to the reference is multiplied by to be an implicit reward. */
    double beta();

    /** Every setting, those of {@link #training} among them. */
    Map<String, String> toMap();
  }

  /**
   * The version that a training starts from, as it stays.
   *
   * @param cache of what it says, by what the numbers depend on besides the version, the base and
   *     how examples are cut
   */
  record Frozen(NDManager manager, Network network, Function<String, ReferenceLogProbs> cache) {
    /** Log-probabilities of answers' tokens. */
    public float[] logProbs(AnswerBatch batch) {
      try (NDManager step = manager.newSubManager()) {
        return network.answerLogProbs(step, batch).toFloatArray();
      }
    }
  }
}
