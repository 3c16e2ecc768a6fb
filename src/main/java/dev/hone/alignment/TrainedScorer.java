package dev.hone.alignment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.hone.model.AnswerBatch;
import dev.hone.model.Architecture;
import dev.hone.model.Differentiable;
import dev.hone.model.ForwardOptions;
import dev.hone.model.LoraAdapter;
import dev.hone.model.Network;
import dev.hone.model.ScalarHead;
import dev.hone.model.TensorInfo;
import dev.hone.model.TrainableNetwork;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A reward model or a value network in training: an adapter over a frozen base and a head over its
 * states, which says a number of each token.
 */
public final class TrainedScorer implements Trained {
  private final LoraAdapter adapter;
  private final String baseName;
  private final ScalarHead head;
  private final Architecture net;
  private final TrainableNetwork network;

  /**
   * @param base outlives this
   * @param baseName by which the adapter's files name their base
   * @param adapter closed with this, and so is the head
   */
  public TrainedScorer(
      Network base, String baseName, LoraAdapter adapter, ScalarHead head, ForwardOptions options) {
    this.adapter = adapter;
    this.baseName = baseName;
    this.head = head;
    this.net = base.architecture();
    this.network = base.trainable(adapter, options);
  }

  public TrainedScorer(Network base, String baseName, LoraAdapter adapter, ScalarHead head) {
    this(base, baseName, adapter, head, ForwardOptions.PLAIN);
  }

  /** The adapter's matrices, then the head's weight. */
  @Override
  public List<NDArray> masters() {
    return Stream.concat(adapter.masters().stream(), Stream.of(head.weight())).toList();
  }

  @Override
  public List<TensorInfo> layout() {
    return Stream.concat(adapter.layout(net).stream(), Stream.of(ScalarHead.info(net))).toList();
  }

  @Override
  public Differentiable forward(NDManager step, AnswerBatch batch, long draw) {
    return network.values(step, batch, head, draw);
  }

  @Override
  public NDArray outputs(NDManager step, AnswerBatch batch) {
    return network.valuesNow(step, batch, head);
  }

  @Override
  public void save(Path folder) {
    adapter.save(folder, net, baseName);
    head.save(folder, net);
  }

  @Override
  public void close() {
    network.close();
    adapter.close();
    head.close();
  }
}
