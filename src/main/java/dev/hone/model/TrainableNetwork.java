package dev.hone.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Set;

/**
 * A network of which something is trained: what it says of answers leads back to the masters. On
 * one thread, and to be closed before the network whose weights it shares.
 */
public final class TrainableNetwork implements AutoCloseable {
  /**
   * Answers' tokens whose logits are in memory together where the output layer is trained: each
   * time its gradient is made as a whole.
   */
  public static final int TARGETS_AT_ONCE = 512;

  private final Network base;
  private final Trainable trained;
  private final ForwardOptions options;
  private final NDManager manager;
  private final Script script;

  /**
   * @throws IllegalStateException in a precision whose weights are prepacked
   */
  TrainableNetwork(NDManager parent, Network base, Trainable trained, ForwardOptions options) {
    if (!base.precision().hasGradients()) {
      throw new IllegalStateException(base.precision().label() + " has no gradients");
    }
    this.base = base;
    this.trained = trained;
    this.options = options;
    this.manager = parent.newSubManager();
    this.script = Script.compile(manager, source());
  }

  private String source() {
    return switch (trained) {
      case LoraAdapter adapter ->
          source(
              adapter.targets(),
              options.dropout() > 0
                  ? new Adapting.Dropping(options.dropout())
                  : new Adapting.Plain());
      case DoraAdapter adapter -> source(adapter.targets(), new Adapting.Magnitudes());
      case WholeWeights _ -> source(Set.of(), new Adapting.Plain());
    };
  }

  private String source(Set<LoraTarget> targets, Adapting adapting) {
    return NetworkSource.trained(base.architecture(), base.precision(), targets, adapting);
  }

  /**
   * Log-probability of each answer's token, given its prompt and the answer before it.
   *
   * @param step owns what the way back needs
   * @param draw what dropout leaves out follows from it
   */
  public Differentiable logProbs(NDManager step, AnswerBatch batch, long draw) {
    return said(step, batch, draw, Entropies.NONE);
  }

  /**
   * The same, and behind those, where they are wanted, the entropies and whether each token is the
   * likeliest, [3 targets].
   *
   * @param step owns what the way back needs
   * @param draw what dropout leaves out follows from it
   */
  public Differentiable said(NDManager step, AnswerBatch batch, long draw, Entropies entropies) {
    var pass = pass(step, AnswerInputs.ofPredictors(step, batch, base.window()), draw);
    return switch (trained) {
      case LoraAdapter _, DoraAdapter _ -> {
        var inputs = asked(step, pass.states(), batch, entropies);
        var slopes =
            Autograd.recording(true, () -> script.differentiables(step, "trainedSlopes", inputs));
        yield new ScoredTargets(pass, slopes.get(0), slopes.get(1));
      }
      case WholeWeights full ->
          new TrainedOutput(step, pass, new ByWeights(full, batch, entropies));
    };
  }

  private NDArray said(NDManager owner, NDArray states, AnswerBatch batch, Entropies entropies) {
    return script.differentiable(owner, "trainedSaid", asked(owner, states, batch, entropies));
  }

  private NDList asked(NDManager owner, NDArray states, AnswerBatch batch, Entropies entropies) {
    var inputs = weights(owner);
    add(inputs, "states", states);
    addTargets(inputs, owner, batch, entropies);
    return inputs;
  }

  private static void addTargets(
      NDList inputs, NDManager owner, AnswerBatch batch, Entropies entropies) {
    add(inputs, "targets", owner.create(batch.targets()));
    add(inputs, "temperature", owner.create((float) batch.temperature()));
    add(inputs, "telling", owner.create(entropies.code()));
  }

  /** A batch's targets, and an output layer that is trained with all weights. */
  private final class ByWeights implements TrainedOutput.Layer {
    private final WholeWeights full;
    private final AnswerBatch batch;
    private final Entropies entropies;

    ByWeights(WholeWeights full, AnswerBatch batch, Entropies entropies) {
      this.full = full;
      this.batch = batch;
      this.entropies = entropies;
    }

    @Override
    public NDArray said(NDManager owner, NDArray states) {
      return TrainableNetwork.this.said(owner, states, batch, entropies);
    }

    @Override
    public NDArray normed(NDManager owner, NDArray states) {
      var inputs = new NDList();
      addAll(inputs, "w[]", wide());
      add(inputs, "states", states);
      return script.differentiable(owner, "trainedNormed", inputs);
    }

    @Override
    public NDList back(NDManager owner, NDArray normed, NDArray slopes) {
      var inputs = new NDList();
      addAll(inputs, "p[]", full.matrices(owner, base.architecture()));
      add(inputs, "normed", normed);
      addTargets(inputs, owner, batch, entropies);
      add(inputs, "slopes", slopes);
      return script.differentiables(owner, "trainedBack", inputs);
    }

    @Override
    public NDArray matrix(NDManager owner) {
      return full.matrices(owner, base.architecture()).getLast();
    }
  }

  /**
   * What a head says of each answer's token, read as the batch says; gradients flow to the head,
   * too.
   *
   * @param step owns what the way back needs
   * @param draw what dropout leaves out follows from it
   */
  public Differentiable values(NDManager step, AnswerBatch batch, ScalarHead head, long draw) {
    var answers = AnswerInputs.ofValues(step, batch, base.window());
    var pass = pass(step, answers, draw);
    return new StateHead(step, pass, (owner, states) -> valuesOf(owner, states, head));
  }

  private NDArray valuesOf(NDManager owner, NDArray states, ScalarHead head) {
    var inputs = new NDList();
    addAll(inputs, "w[]", wide());
    add(inputs, "states", states);
    add(inputs, "head", head.weight());
    return script.differentiable(owner, "trainedValues", inputs);
  }

  /**
   * Log-probabilities as the masters are now, with nothing left out and no way back.
   *
   * @return [targets], owned by {@code step}
   */
  public NDArray logProbsNow(NDManager step, AnswerBatch batch) {
    return saidNow(step, batch, Entropies.NONE);
  }

  /** The same, and behind those what {@link Entropies#TOLD} has, [3 targets]. */
  public NDArray entropiesNow(NDManager step, AnswerBatch batch) {
    return saidNow(step, batch, Entropies.TOLD);
  }

  private NDArray saidNow(NDManager step, AnswerBatch batch, Entropies entropies) {
    return Autograd.recording(
        false,
        () -> {
          var answers = AnswerInputs.ofPredictors(step, batch, base.window());
          NDArray states = whole(step, answers, step.create(new long[0]));
          return said(step, states, batch, entropies).flatten();
        });
  }

  /**
   * What is trained beside another network, as {@link Network#compared} has it, as the masters are
   * now.
   *
   * @return [targets, 3], owned by {@code step}
   * @throws IllegalStateException where all weights are trained, the output layer among them
   */
  public NDArray comparedNow(NDManager step, AnswerBatch batch, Network reference) {
    if (trained instanceof WholeWeights) {
      throw new IllegalStateException("the output layer is not the base's any more");
    }
    return Autograd.recording(
        false,
        () -> {
          var answers = AnswerInputs.ofPredictors(step, batch, base.window());
          NDArray own = whole(step, answers, step.create(new long[0]));
          return base.compared(step, batch, own, reference, reference.states(step, batch));
        });
  }

  /**
   * Values as the masters are now, with nothing left out and no way back.
   *
   * @return [targets], owned by {@code step}
   */
  public NDArray valuesNow(NDManager step, AnswerBatch batch, ScalarHead head) {
    return Autograd.recording(
        false,
        () -> {
          var answers = AnswerInputs.ofValues(step, batch, base.window());
          NDArray states = whole(step, answers, step.create(new long[0]));
          return valuesOf(step, states, head).flatten();
        });
  }

  private StatesPass pass(NDManager step, AnswerInputs answers, long draw) {
    NDArray drop = step.create(options.dropout() > 0 ? new long[] {draw} : new long[0]);
    return options.gradientCheckpointing()
        ? new StatesPass.Checkpointed(step, new ByBlock(step, answers, drop))
        : StatesPass.Whole.of(Autograd.recording(true, () -> whole(step, answers, drop)));
  }

  private NDArray whole(NDManager step, AnswerInputs answers, NDArray drop) {
    var inputs = masters(step, drop);
    answers.arrays().forEach(array -> add(inputs, "batch", array));
    return script.differentiable(step, "trainedStates", inputs);
  }

  /** A batch's blocks one by one. */
  private final class ByBlock implements StatesPass.Blocks {
    private final AnswerInputs answers;
    private final NDArray drop;
    private final List<NDArray> masks;

    ByBlock(NDManager step, AnswerInputs answers, NDArray drop) {
      this.answers = answers;
      this.drop = drop;
      var inputs = new NDList();
      add(inputs, "branches", answers.branches());
      add(inputs, "positions", answers.positions());
      add(inputs, "groups", answers.groups());
      this.masks = script.differentiables(step, "trainedMasks", inputs);
    }

    @Override
    public int count() {
      return base.architecture().layers();
    }

    @Override
    public boolean embeddingIsTrained() {
      return trained instanceof WholeWeights;
    }

    @Override
    public NDArray entry(NDManager owner) {
      var inputs = new NDList();
      addAll(inputs, "w[]", wide());
      add(inputs, "tokens", answers.tokens());
      add(inputs, "positions", answers.positions());
      return script.differentiable(owner, "trainedEntry", inputs);
    }

    @Override
    public NDArray block(NDManager owner, int index, NDArray input) {
      var inputs = masters(owner, drop);
      addAll(inputs, "masks[]", masks);
      add(inputs, "tokens", answers.tokens());
      add(inputs, "positions", answers.positions());
      add(inputs, "rows", answers.rows());
      add(inputs, "x", input);
      add(inputs, "index", owner.create((long) index));
      return script.differentiable(owner, "trainedBlock", inputs);
    }
  }

  private NDList masters(NDManager step, NDArray drop) {
    var inputs = weights(step);
    switch (trained) {
      case LoraAdapter adapter ->
          adapters(inputs, step, adapter.shape().scale(), adapter.masters());
      case DoraAdapter adapter ->
          adapters(inputs, step, adapter.shape().scale(), adapter.masters());
      // The engine takes no list without members.
      case WholeWeights _ -> adapters(inputs, step, 1, List.of(step.create(0)));
    }
    add(inputs, "drop", drop);
    return inputs;
  }

  private static void adapters(NDList inputs, NDManager step, double scale, List<NDArray> masters) {
    addAll(inputs, "a[]", masters);
    add(inputs, "scale", step.create((float) scale));
  }

  private NDList weights(NDManager step) {
    var inputs = new NDList();
    addAll(inputs, "w[]", wide());
    addAll(
        inputs,
        "p[]",
        trained instanceof WholeWeights full
            ? full.matrices(step, base.architecture())
            : base.packed(step));
    return inputs;
  }

  private List<NDArray> wide() {
    return trained instanceof WholeWeights full
        ? full.wide(base.architecture(), base.wide())
        : base.wide();
  }

  private static void addAll(NDList inputs, String name, List<? extends NDArray> arrays) {
    arrays.forEach(array -> add(inputs, name, array));
  }

  private static void add(NDList inputs, String name, NDArray array) {
    array.setName(name);
    inputs.add(array);
  }

  @Override
  public void close() {
    script.close();
    manager.close();
  }
}
