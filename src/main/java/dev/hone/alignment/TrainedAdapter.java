package dev.hone.alignment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.hone.model.AnswerBatch;
import dev.hone.model.Architecture;
import dev.hone.model.Differentiable;
import dev.hone.model.ForwardOptions;
import dev.hone.model.LoraAdapter;
import dev.hone.model.Network;
import dev.hone.model.TensorInfo;
import dev.hone.model.TrainableNetwork;
import java.nio.file.Path;
import java.util.List;

/** A policy in training: an adapter over a frozen base, which says log-probabilities. */
public final class TrainedAdapter implements Trained {
  private final LoraAdapter adapter;
  private final String baseName;
  private final Architecture net;
  private final TrainableNetwork network;

  /**
   * @param base outlives this
   * @param baseName by which the adapter's files name their base
   * @param adapter closed with this
   */
  public TrainedAdapter(
      Network base, String baseName, LoraAdapter adapter, ForwardOptions options) {
    this.adapter = adapter;
    this.baseName = baseName;
    this.net = base.architecture();
    this.network = base.trainable(adapter, options);
  }

  public TrainedAdapter(Network base, String baseName, LoraAdapter adapter) {
    this(base, baseName, adapter, ForwardOptions.PLAIN);
  }

  public LoraAdapter adapter() {
    return adapter;
  }

  @Override
  public List<NDArray> masters() {
    return adapter.masters();
  }

  @Override
  public List<TensorInfo> layout() {
    return adapter.layout(net);
  }

  @Override
  public Differentiable forward(NDManager step, AnswerBatch batch, long draw) {
    return network.logProbs(step, batch, draw);
  }

  @Override
  public NDArray outputs(NDManager step, AnswerBatch batch) {
    return network.logProbsNow(step, batch);
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
    adapter.save(folder, net, baseName);
  }

  @Override
  public void close() {
    network.close();
    adapter.close();
  }
}
