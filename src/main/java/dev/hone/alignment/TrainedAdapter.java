package dev.hone.alignment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.hone.model.AnswerBatch;
import dev.hone.model.Architecture;
import dev.hone.model.Differentiable;
import dev.hone.model.DoraAdapter;
import dev.hone.model.Entropies;
import dev.hone.model.ForwardOptions;
import dev.hone.model.LoraAdapter;
import dev.hone.model.Network;
import dev.hone.model.TensorInfo;
import dev.hone.model.Trainable;
import dev.hone.model.TrainableNetwork;
import dev.hone.model.WholeWeights;
import java.nio.file.Path;
import java.util.List;

/** A policy in training, mostly an adapter over a frozen base, which says log-probabilities. */
public final class TrainedAdapter implements Trained {
  private final Trainable trainable;
  private final String baseName;
  private final Architecture net;
  private final TrainableNetwork network;
  private final Entropies entropies;

  /**
   * @param base outlives this
   * @param baseName by which the adapter's files name their base
   * @param trainable closed with this
   * @param entropies what {@link #forward(NDManager, AnswerBatch, long)} says of them
   */
  public TrainedAdapter(
      Network base,
      String baseName,
      Trainable trainable,
      ForwardOptions options,
      Entropies entropies) {
    this.trainable = trainable;
    this.baseName = baseName;
    this.net = base.architecture();
    this.network = base.trainable(trainable, options);
    this.entropies = entropies;
  }

  /** Nothing left out or run twice, and of log-probabilities alone. */
  public TrainedAdapter(Network base, String baseName, Trainable trainable) {
    this(base, baseName, trainable, ForwardOptions.PLAIN, Entropies.NONE);
  }

  /**
   * @throws IllegalStateException where more than an adapter is trained
   */
  public LoraAdapter adapter() {
    if (trainable instanceof LoraAdapter adapter) {
      return adapter;
    }
    throw new IllegalStateException("what is trained is no adapter that can be applied alone");
  }

  @Override
  public List<NDArray> masters() {
    return trainable.masters();
  }

  @Override
  public List<TensorInfo> layout() {
    return trainable.layout(net);
  }

  @Override
  public Differentiable forward(NDManager step, AnswerBatch batch, long draw) {
    return forward(step, batch, draw, entropies);
  }

  @Override
  public NDArray outputs(NDManager step, AnswerBatch batch) {
    return network.logProbsNow(step, batch);
  }

  /** As {@link TrainableNetwork#said} has it. */
  public Differentiable forward(NDManager step, AnswerBatch batch, long draw, Entropies entropies) {
    return network.said(step, batch, draw, entropies);
  }

  /** As {@link #outputs}, and behind those what {@link Entropies#TOLD} has, [3 targets]. */
  public NDArray entropies(NDManager step, AnswerBatch batch) {
    return network.entropiesNow(step, batch);
  }

  /** Whether the output layer is the base's, so that {@link #compared} can be asked. */
  boolean hasFrozenOutput() {
    return switch (trainable) {
      case LoraAdapter _, DoraAdapter _ -> true;
      case WholeWeights _ -> false;
    };
  }

  /**
   * As {@link Network#compared} has it, of the masters as they are now.
   *
   * @return [targets, 3], f32, owned by {@code step}
   */
  NDArray compared(NDManager step, AnswerBatch batch, Network reference) {
    return network.comparedNow(step, batch, reference);
  }

  @Override
  public void save(Path folder) {
    trainable.save(folder, net, baseName);
  }

  @Override
  public void close() {
    network.close();
    trainable.close();
  }
}
