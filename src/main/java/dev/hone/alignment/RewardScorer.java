package dev.hone.alignment;

import ai.djl.ndarray.NDManager;
import dev.hone.inference.Torch;
import dev.hone.model.AnswerBatch;
import dev.hone.model.AnswerBatch.Branches;
import dev.hone.model.AnswerBatch.Reading;
import dev.hone.model.Architecture;
import dev.hone.model.LoraAdapter;
import dev.hone.model.Network;
import dev.hone.model.Precision;
import dev.hone.model.ScalarHead;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;

/**
 * Rewards answers by a reward model, an adapter and a head over a base, through the forward that
 * trains it, in f32.
 */
public final class RewardScorer implements AutoCloseable {
  private static final int ROWS_AT_ONCE = 2048;

  private final NDManager manager;
  private final Network base;
  private final Network network;
  private final ScalarHead head;

  /**
   * @param base folder of the reward model's base, which need not be the policy's
   * @param version folder of its adapter and head
   */
  public RewardScorer(NDManager parent, Path base, Path version) {
    this(base, version, parent.newSubManager());
  }

  private RewardScorer(Path base, Path version, NDManager own) {
    this.manager = own;
    this.base = Network.load(manager, base, Precision.F32, Integer.MAX_VALUE, Optional.empty());
    Architecture net = this.base.architecture();
    this.head = ScalarHead.load(manager, version, net);
    try (var adapter = LoraAdapter.load(manager, version, net)) {
      this.network = this.base.adapted(Optional.of(adapter));
    }
  }

  /** For callers that hold no tensors; brings the tensor library along. */
  public static RewardScorer open(Path base, Path version) {
    return new RewardScorer(base, version, Torch.manager());
  }

  /** Tokens that a prompt and one answer may have together. */
  public int window() {
    return base.window();
  }

  /** The reward of each answer, in their order, which is what the head says of its last token. */
  public double[] score(List<Branches> prompts) {
    var waiting = new ArrayDeque<>(prompts);
    var rewards = DoubleStream.builder();
    while (!waiting.isEmpty()) {
      Arrays.stream(rewards(batch(together(waiting)))).forEach(rewards);
    }
    return rewards.build().toArray();
  }

  /** Takes the next prompts away, as many as may go together: memory grows with their rows. */
  private static List<Branches> together(Deque<Branches> waiting) {
    var together = new ArrayList<>(List.of(waiting.remove()));
    int rows = batch(together).rowCount();
    while (!waiting.isEmpty()) {
      rows += batch(List.of(waiting.peek())).rowCount();
      if (rows > ROWS_AT_ONCE) {
        break;
      }
      together.add(waiting.remove());
    }
    return together;
  }

  private static AnswerBatch batch(List<Branches> prompts) {
    return new AnswerBatch(prompts, Reading.AT);
  }

  private double[] rewards(AnswerBatch batch) {
    try (NDManager step = manager.newSubManager()) {
      return batch.ends(network.answerValues(step, batch, head).toFloatArray());
    }
  }

  /** Native arrays held at the moment, for tests. */
  int openResources() {
    return manager.getManagedArrays().size();
  }

  @Override
  public void close() {
    head.close();
    network.close();
    base.close();
    manager.close();
  }
}
