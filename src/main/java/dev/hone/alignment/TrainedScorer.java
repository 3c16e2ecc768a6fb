package dev.hone.alignment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.hone.model.AnswerBatch;
import dev.hone.model.LoraAdapter;
import dev.hone.model.LoraLayout;
import dev.hone.model.Network;
import dev.hone.model.ScalarHead;
import dev.hone.model.TensorInfo;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A reward model or a value network in training: an adapter over a frozen base and a head over its
 * states, which says a number of each token.
 */
public final class TrainedScorer implements Trained {
  private final LoraAdapter adapter;
  private final String baseName;
  private final ScalarHead head;
  private final Network network;

  /**
   * @param base outlives this
   * @param baseName by which the adapter's files name their base
   * @param adapter closed with this, and so is the head
   */
  public TrainedScorer(Network base, String baseName, LoraAdapter adapter, ScalarHead head) {
    this.adapter = adapter;
    this.baseName = baseName;
    this.head = head;
    this.network = base.adapted(Optional.of(adapter));
  }

  /** The adapter's matrices, then the head's weight. */
  @Override
  public List<NDArray> masters() {
    return Stream.concat(adapter.matrices().stream(), Stream.of(head.weight())).toList();
  }

  @Override
  public List<TensorInfo> layout() {
    var net = network.architecture();
    return Stream.concat(
            LoraLayout.of(adapter.shape(), net).stream(), Stream.of(ScalarHead.info(net)))
        .toList();
  }

  @Override
  public NDArray outputs(NDManager step, AnswerBatch batch) {
    return network.answerValues(step, batch, head, adapter);
  }

  @Override
  public void save(Path folder) {
    adapter.save(folder, network.architecture(), baseName);
    head.save(folder, network.architecture());
  }

  @Override
  public void close() {
    network.close();
    adapter.close();
    head.close();
  }
}
