package dev.hone.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A decoder with its weights in one precision. Immutable but for what callers pass in; calls may
 * come from one thread at a time.
 */
public final class Network implements AutoCloseable {
  /**
   * Answers' tokens whose logits are in memory together: 48 MiB for each copy of them with 49,152
   * tokens in the vocabulary, and enough rows for the product to run at its speed.
   */
  public static final int TARGETS_AT_ONCE = 256;

  private final NDManager manager;
  private final Script script;
  private final PackedWeights weights;
  private final IValue a;
  private final boolean view;

  /**
   * Loads a model and brings its linear layers into the given precision.
   *
   * @param folder in Hugging Face layout
   * @param window positions to be ready for, at most the model's own
   * @param adapter changes the linear layers it names; the network does not close it
   * @throws ai.djl.engine.EngineException when this machine can not do the precision
   */
  public static Network load(
      NDManager parent,
      Path folder,
      Precision precision,
      int window,
      Optional<LoraAdapter> adapter) {
    return load(parent, folder, Architecture.load(folder), precision, window, adapter);
  }

  /** The same, of as much of the model as the architecture says. */
  public static Network load(
      NDManager parent,
      Path folder,
      Architecture architecture,
      Precision precision,
      int window,
      Optional<LoraAdapter> adapter) {
    return load(parent, () -> Safetensors.open(folder), architecture, precision, window, adapter);
  }

  /** Loads a model as it is with an adapter multiplied into it, which none is over then. */
  public static Network load(NDManager parent, MergedModel model, Precision precision, int window) {
    return load(parent, model::tensors, model.architecture(), precision, window, Optional.empty());
  }

  private static Network load(
      NDManager parent,
      Supplier<TensorSource> tensors,
      Architecture architecture,
      Precision precision,
      int window,
      Optional<LoraAdapter> adapter) {
    var source = tensors.get();
    NDManager manager = parent.newSubManager();
    boolean loaded = false;
    try (var passing = tensors.get()) {
      var script = compile(manager, architecture, precision, adapter);
      var weights =
          new PackedWeights(manager, script, source, passing, architecture, precision, window);
      var network = new Network(manager, script, weights, scaled(manager, adapter), false);
      loaded = true;
      return network;
    } finally {
      if (!loaded) {
        manager.close();
        source.close();
      }
    }
  }

  private Network(
      NDManager manager, Script script, PackedWeights weights, List<NDArray> a, boolean view) {
    this.manager = manager;
    this.script = script;
    this.weights = weights;
    this.a = Script.list(a);
    this.view = view;
  }

  private static Script compile(
      NDManager manager,
      Architecture architecture,
      Precision precision,
      Optional<LoraAdapter> adapter) {
    Set<LoraTarget> targets = adapter.map(LoraAdapter::targets).orElse(Set.of());
    return Script.compile(manager, NetworkSource.of(architecture, precision, targets));
  }

  private static List<NDArray> scaled(NDManager manager, Optional<LoraAdapter> adapter) {
    return adapter.map(it -> it.scaled(manager)).orElse(List.of());
  }

  /**
   * The same packed weights with another adapter, or none: a network of its own, to be closed
   * before this one, whose weights it leaves alone.
   *
   * @param adapter takes the place of this network's; not closed by the view
   */
  public Network adapted(Optional<LoraAdapter> adapter) {
    NDManager own = manager.newSubManager();
    var compiled = compile(own, architecture(), precision(), adapter);
    return new Network(own, compiled, weights, scaled(own, adapter), true);
  }

  /**
   * This network's weights with what is trained over them, which the view does not close.
   *
   * @throws IllegalStateException in a precision whose weights are prepacked
   */
  public TrainableNetwork trainable(Trainable trained, ForwardOptions options) {
    return new TrainableNetwork(manager, this, trained, options);
  }

  /** The same packed weights with several adapters at once; to be closed before this network. */
  public MixedNetwork mixed(AdapterMix mix) {
    NDManager own = manager.newSubManager();
    var compiled =
        Script.compile(own, NetworkSource.mixed(architecture(), precision(), mix.targets()));
    var networks = new ArrayList<Network>();
    try (NDManager passing = own.newSubManager()) {
      for (int place = 0; place <= mix.keys().size(); place++) {
        NDManager each = place == 0 ? own : own.newSubManager();
        networks.add(new Network(each, compiled, weights, mix.inputs(passing, place), true));
      }
    }
    return new MixedNetwork(networks);
  }

  /** Which adapter of the mix each row of the next pass takes. */
  void choose(NDManager step, long[] adapters) {
    try (IValue rows = Script.value(step.create(adapters));
        IValue length = script.call("choose", a, rows)) {
      assert length.toLong() > 1;
    }
  }

  /** The scripts' {@code w}. */
  List<NDArray> wide() {
    return weights.wide();
  }

  /** The scripts' {@code p}, where its elements are tensors; owned by the caller's manager. */
  List<NDArray> packed(NDManager step) {
    return weights.packed(step);
  }

  public Architecture architecture() {
    return weights.architecture();
  }

  public Precision precision() {
    return weights.precision();
  }

  /** Positions that the network is ready for. */
  public int window() {
    return weights.window();
  }

  /** A cache for up to so many slots of this network's window. */
  public KvCache newCache(int slots, long maxBytes) {
    return newCache(slots, CacheMemory.ofBytes(maxBytes, architecture()));
  }

  /** The same, within a bound. */
  public KvCache newCache(int slots, CacheMemory memory) {
    return new KvCache(script, weights.w(), slots, window(), memory);
  }

  /**
   * Feeds a run of tokens to one slot of the cache.
   *
   * @param tokens [length], at least one
   * @param start positions the slot holds before
   * @return logits after the last token, [1, vocabulary], owned by {@code step}
   */
  public NDArray prefill(NDManager step, KvCache cache, int slot, int start, int[] tokens) {
    var run = new PromptRun(slot, start, tokens, true);
    return step(step, cache, NextTokens.NONE, List.of(run));
  }

  /**
   * Feeds one token to each of the first n slots of the cache.
   *
   * @param tokens [n]
   * @param positions [n], how many positions each slot holds before
   * @return logits, [n, vocabulary], owned by {@code step}
   */
  public NDArray decode(NDManager step, KvCache cache, int[] tokens, int[] positions) {
    return decode(step, cache, NextTokens.first(tokens, positions));
  }

  /** The same, for any slots. */
  public NDArray decode(NDManager step, KvCache cache, NextTokens next) {
    cache.checkHolds(next.slotCount(), next.length());
    try (IValue ids = Script.value(step.create(NextTokens.wide(next.tokens())));
        IValue at = Script.value(step.create(NextTokens.wide(next.positions())));
        IValue slots = IValue.listFrom(NextTokens.wide(next.slots()));
        IValue longest = IValue.from((long) next.length())) {
      return cached(step, "decode", cache, ids, at, slots, longest);
    }
  }

  /**
   * Feeds one token to each of some slots, and runs of tokens to others, in one pass over the
   * weights.
   *
   * @param runs at least one, each for a slot of its own
   * @return logits of the n tokens, then of each run as many as it wants, [rows, vocabulary], owned
   *     by {@code step}
   */
  public NDArray step(NDManager step, KvCache cache, NextTokens next, List<PromptRun> runs) {
    var layout = StepLayout.of(next, runs);
    cache.checkHolds(layout.slots(), layout.length());
    try (IValue ids = Script.value(step.create(layout.tokens()));
        IValue at = Script.value(step.create(layout.positions()));
        IValue slots = IValue.listFrom(NextTokens.wide(next.slots()));
        IValue n = IValue.from((long) next.count());
        IValue longest = IValue.from((long) next.length());
        IValue parts = IValue.listFrom(layout.runs());
        IValue rows = Script.value(step.create(layout.rows()))) {
      return cached(step, "step", cache, ids, at, slots, n, longest, parts, rows);
    }
  }

  private NDArray cached(NDManager step, String method, KvCache cache, IValue... others) {
    var inputs = new ArrayList<>(List.of(weights.w(), weights.p(), a));
    inputs.addAll(List.of(cache.keys(), cache.values()));
    inputs.addAll(List.of(others));
    return script.tensor(step, method, inputs.toArray(IValue[]::new));
  }

  /**
   * Logits of whole sequences, without a cache.
   *
   * @param tokens [batch, sequence], padded at the end with any token
   * @return [batch, sequence, vocabulary], owned by {@code step}
   */
  public NDArray full(NDManager step, int[][] tokens) {
    return full("full", step, tokens);
  }

  /**
   * Log-probability of each token but the first, given those before it.
   *
   * @param tokens [batch, sequence], padded at the end with any token
   * @return [batch, sequence - 1], owned by {@code step}
   */
  public NDArray logProbs(NDManager step, int[][] tokens) {
    return full("logProbs", step, tokens);
  }

  /**
   * A text on its way through the layers, to be closed before the network.
   *
   * @param tokens at least one
   */
  public TextPass pass(int[] tokens) {
    return pass(tokens, new long[0]);
  }

  /**
   * @param adapters of each token that of the mix, none where this is no mix
   */
  TextPass pass(int[] tokens, long[] adapters) {
    NDManager own = manager.newSubManager();
    return new TextPass(this, own, ids(own, new int[][] {tokens}), adapters);
  }

  private NDArray full(String method, NDManager step, int[][] tokens) {
    try (IValue ids = Script.value(ids(step, tokens))) {
      return script.tensor(step, method, weights.w(), weights.p(), a, ids);
    }
  }

  /**
   * Log-probability of each answer's token, given its prompt and the answer before it.
   *
   * @return [targets], f32, owned by {@code step}
   */
  public NDArray answerLogProbs(NDManager step, AnswerBatch batch) {
    return asked(step, "answers", batch);
  }

  /**
   * The log-probability of each answer's token, then of each the entropy of the distribution that
   * it is taken from, in nats, then whether it is the likeliest, 1 or 0.
   *
   * @return [3 targets], f32, owned by {@code step}
   */
  public NDArray answerEntropies(NDManager step, AnswerBatch batch) {
    return asked(step, "entropies", batch);
  }

  private NDArray asked(NDManager step, String method, AnswerBatch batch) {
    NDArray targets = step.create(batch.targets());
    NDArray temperature = step.create((float) batch.temperature());
    var inputs = AnswerInputs.ofPredictors(step, batch, window());
    return call(step, method, inputs.values(targets, temperature));
  }

  /**
   * What a head says of each answer's token, read as the batch says.
   *
   * @return [targets], f32, owned by {@code step}
   */
  public NDArray answerValues(NDManager step, AnswerBatch batch, ScalarHead head) {
    var inputs = AnswerInputs.ofValues(step, batch, window());
    return call(step, "values", inputs.values(head.weight()));
  }

  /**
   * What this network and another one, of the same architecture and precision, think of the same
   * answers.
   *
   * @return per answer token its log-probability here, there, and the exact KL divergence of all
   *     next tokens there from here, KL(this || reference); [targets, 3], owned by {@code step}
   */
  public NDArray compared(NDManager step, AnswerBatch batch, Network reference) {
    NDArray own = states(step, batch);
    NDArray others = reference == this ? own : reference.states(step, batch);
    return compared(step, batch, own, reference, others);
  }

  /**
   * The same of states that something over this network's weights made.
   *
   * @param own hidden states at the rows that predict, [targets, hidden]; likewise {@code others}
   */
  NDArray compared(
      NDManager step, AnswerBatch batch, NDArray own, Network reference, NDArray others) {
    try (IValue here = Script.value(own);
        IValue there = Script.value(others);
        IValue targets = Script.value(step.create(batch.targets()))) {
      var other = reference.weights;
      return script.tensor(
          step, "compare", weights.w(), weights.p(), here, other.w(), other.p(), there, targets);
    }
  }

  /** Hidden states at the rows that predict, [targets, hidden]. */
  NDArray states(NDManager step, AnswerBatch batch) {
    return call(step, "states", AnswerInputs.ofPredictors(step, batch, window()).values());
  }

  /** Runs a method that takes the network's own three inputs first; closes the others. */
  NDArray call(NDManager step, String method, List<IValue> others) {
    var inputs = new ArrayList<>(List.of(weights.w(), weights.p(), a));
    inputs.addAll(others);
    try {
      return script.tensor(step, method, inputs.toArray(IValue[]::new));
    } finally {
      others.forEach(IValue::close);
    }
  }

  private NDArray ids(NDManager step, int[][] tokens) {
    int length = tokens[0].length;
    if (length > window()) {
      throw new IllegalArgumentException(
          "a sequence of %d tokens exceeds the window of %d".formatted(length, window()));
    }
    long[] flat = new long[tokens.length * length];
    for (int row = 0; row < tokens.length; row++) {
      for (int i = 0; i < length; i++) {
        flat[row * length + i] = tokens[row][i];
      }
    }
    return step.create(flat, new Shape(tokens.length, length));
  }

  @Override
  public void close() {
    a.close();
    script.close();
    if (!view) {
      weights.close();
    }
    manager.close();
  }
}
