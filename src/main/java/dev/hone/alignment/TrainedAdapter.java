package dev.hone.alignment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.hone.model.AnswerBatch;
import dev.hone.model.LoraAdapter;
import dev.hone.model.LoraLayout;
import dev.hone.model.Network;
import dev.hone.model.TensorInfo;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A policy in training: an adapter over a frozen base, which says log-probabilities. */
public final class TrainedAdapter implements Trained {
  private final LoraAdapter adapter;
  private final String baseName;
  private final Network network;

  /**
   * @param base outlives this
   * @param baseName by which the adapter's files name their base
   * @param adapter closed with this
   */
  public TrainedAdapter(Network base, String baseName, LoraAdapter adapter) {
    this.adapter = adapter;
    this.baseName = baseName;
    this.network = base.adapted(Optional.of(adapter));
  }

  public LoraAdapter adapter() {
    return adapter;
  }

  @Override
  public List<NDArray> masters() {
    return adapter.matrices();
  }

  @Override
  public List<TensorInfo> layout() {
    return LoraLayout.of(adapter.shape(), network.architecture());
  }

  @Override
  public NDArray outputs(NDManager step, AnswerBatch batch) {
    return network.answerLogProbs(step, batch, adapter);
  }

  /**
   * The same, then of each token the entropy of the distribution that it is taken from, in nats.
   *
   * @return [2 targets], f32, owned by {@code step}
   */
  public NDArray entropies(NDManager step, AnswerBatch batch) {
    return network.answerEntropies(step, batch, adapter);
  }

  @Override
  public void save(Path folder) {
    adapter.save(folder, network.architecture(), baseName);
  }

  @Override
  public void close() {
    network.close();
    adapter.close();
  }
}
