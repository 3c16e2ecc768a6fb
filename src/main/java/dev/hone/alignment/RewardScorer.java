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
import dev.hone.registry.VersionKind;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Rewards answers by a reward model, an adapter and a head over a base, through the forward that
 * trains it, in f32.
 */
public final class RewardScorer implements AutoCloseable {
  private static final int ROWS_AT_ONCE = 2048;

  private final NDManager manager;
  private final Network base;
  private final boolean ownsBase;
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
    this(
        own,
        opened(
            () -> Network.load(own, base, Precision.F32, Integer.MAX_VALUE, Optional.empty()),
            own::close),
        true,
        version);
  }

  private RewardScorer(NDManager own, Network base, boolean ownsBase, Path version) {
    this.manager = own;
    this.base = base;
    this.ownsBase = ownsBase;
    Architecture net = base.architecture();
    Runnable closing =
        () -> {
          if (ownsBase) {
            base.close();
          }
          own.close();
        };
    this.head = opened(() -> ScalarHead.load(own, version, net), closing);
    this.network = opened(() -> adapted(own, base, version), closing);
  }

  private static Network adapted(NDManager own, Network base, Path version) {
    try (var adapter = LoraAdapter.load(own, version, base.architecture())) {
      return base.adapted(Optional.of(adapter));
    }
  }

  /**
   * What is opened.
   *
   * @param closing what is open already, where this fails
   */
  private static <T> T opened(Supplier<T> opening, Runnable closing) {
    boolean done = false;
    try {
      T opened = opening.get();
      done = true;
      return opened;
    } finally {
      if (!done) {
        closing.run();
      }
    }
  }

  /** Over a base that is in memory already, outlives this and says how exact the rewards are. */
  public static RewardScorer over(NDManager parent, Network base, Path version) {
    return new RewardScorer(parent.newSubManager(), base, false, version);
  }

  /** For callers that hold no tensors; brings the tensor library along. */
  public static RewardScorer open(Path base, Path version) {
    return new RewardScorer(base, version, Torch.manager());
  }

  /**
   * What one takes at most.
   *
   * @param ownsBase whether its base is not in memory already
   */
  public static Resources resources(Path base, Path version, boolean ownsBase) {
    var net = Architecture.load(base);
    long adapter = Resources.size(version.resolve(VersionKind.ADAPTER.weights()));
    var own = new Resources(adapter, 0).and(Resources.pass(net, ROWS_AT_ONCE));
    return ownsBase ? own.and(Resources.base(net, Precision.F32)) : own;
  }

  /** Tokens that a prompt and one answer may have together. */
  public int window() {
    return base.window();
  }

  /** The reward of each answer, in their order, which is what the head says of its last token. */
  public double[] score(List<Branches> prompts) {
    return MicroBatches.of(
            prompts, Integer.MAX_VALUE, ROWS_AT_ONCE, one -> batch(List.of(one)).rowCount())
        .stream()
        .flatMapToDouble(together -> Arrays.stream(rewards(batch(together))))
        .toArray();
  }

  /** The reward of each answer to one prompt, as many of them at once as fit together. */
  public double[] score(int[] prompt, List<int[]> answers) {
    return score(fitting(prompt, answers));
  }

  /** A prompt with as many of its answers each time as fit together, in their order. */
  public static List<Branches> fitting(int[] prompt, List<int[]> answers) {
    int room = Math.max(1, ROWS_AT_ONCE - prompt.length);
    return MicroBatches.of(answers, Integer.MAX_VALUE, room, answer -> answer.length).stream()
        .map(together -> new Branches(prompt, together.toArray(int[][]::new)))
        .toList();
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
    if (ownsBase) {
      base.close();
    }
    manager.close();
  }
}
