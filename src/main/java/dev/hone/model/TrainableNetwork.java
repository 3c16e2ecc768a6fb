package dev.hone.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.List;

/**
 * A network of which something is trained: what it says of answers leads back to the masters. On
 * one thread, and to be closed before the network whose weights it shares.
 */
public final class TrainableNetwork implements AutoCloseable {
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
    Adapting adapting =
        options.dropout() > 0
            ? new Adapting.Dropping(options.dropout())
            : new Adapting.Plain();
    return switch (trained) {
      case LoraAdapter adapter ->
          NetworkSource.trained(
              base.architecture(), base.precision(), adapter.targets(), adapting);
    };
  }

  /**
   * Log-probability of each answer's token, given its prompt and the answer before it.
   *
   * @param step owns what the way back needs
   * @param draw what dropout leaves out follows from it
   */
  public Differentiable logProbs(NDManager step, AnswerBatch batch, long draw) {
    var answers = AnswerInputs.ofPredictors(step, batch, base.window());
    var pass = pass(step, answers, draw);
    var inputs = weights(step);
    add(inputs, "states", pass.states());
    add(inputs, "targets", step.create(batch.targets()));
    var scored = Autograd.recording(true, () -> script.differentiables(step, "trainedScored", inputs));
    return new ScoredTargets(pass, scored.get(0), scored.get(1));
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
    return new StateHead(
        step, pass, Integer.MAX_VALUE, (owner, states, _) -> valuesOf(owner, states, head));
  }

  private NDArray valuesOf(NDManager owner, NDArray states, ScalarHead head) {
    var inputs = new NDList();
    addAll(inputs, "w[]", base.wide());
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
    return Autograd.recording(
        false,
        () -> {
          var answers = AnswerInputs.ofPredictors(step, batch, base.window());
          var inputs = weights(step);
          add(inputs, "states", whole(step, answers, step.create(new long[0])));
          add(inputs, "targets", step.create(batch.targets()));
          return script.differentiable(step, "trainedScores", inputs);
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
          return valuesOf(step, whole(step, answers, step.create(new long[0])), head);
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
      return false;
    }

    @Override
    public NDArray entry(NDManager owner) {
      var inputs = new NDList();
      addAll(inputs, "w[]", base.wide());
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
      case LoraAdapter adapter -> {
        addAll(inputs, "a[]", adapter.matrices());
        add(inputs, "scale", step.create((float) adapter.shape().scale()));
      }
    }
    add(inputs, "drop", drop);
    return inputs;
  }

  private NDList weights(NDManager step) {
    var inputs = new NDList();
    addAll(inputs, "w[]", base.wide());
    addAll(inputs, "p[]", base.packed(step));
    return inputs;
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
