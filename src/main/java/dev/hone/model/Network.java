package dev.hone.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A decoder with its weights in one precision. Immutable but for what callers pass in; calls may
 * come from one thread at a time.
 */
public final class Network implements AutoCloseable {
  private static final String GRADIENTS_METHOD = "module_method:";

  private final Architecture architecture;
  private final Precision precision;
  private final int window;
  private final TensorSource source;
  private final NDManager manager;
  private final Script script;
  private final List<NDArray> shared;
  private final IValue w;
  private final IValue p;
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
    var architecture = Architecture.load(folder);
    var source = Safetensors.open(folder);
    NDManager manager = parent.newSubManager();
    boolean loaded = false;
    try {
      var network = new Network(architecture, source, manager, precision, window, adapter);
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
      Architecture architecture,
      TensorSource source,
      NDManager manager,
      Precision precision,
      int window,
      Optional<LoraAdapter> adapter) {
    this.architecture = architecture;
    this.precision = precision;
    this.window = Math.min(window, architecture.maxPositions());
    this.source = source;
    this.manager = manager;
    Set<LoraTarget> targets = adapter.map(LoraAdapter::targets).orElse(Set.of());
    this.script = Script.compile(manager, NetworkSource.of(architecture, precision, targets));
    this.p = script.call("none");
    this.shared = sharedAndPacked();
    this.w = Script.list(shared);
    this.a = Script.list(adapter.map(LoraAdapter::matrices).orElse(List.of()));
    this.view = false;
  }

  private Network(Network of, Optional<LoraAdapter> adapter) {
    this.architecture = of.architecture;
    this.precision = of.precision;
    this.window = of.window;
    this.source = of.source;
    this.manager = of.manager.newSubManager();
    Set<LoraTarget> targets = adapter.map(LoraAdapter::targets).orElse(Set.of());
    this.script = Script.compile(manager, NetworkSource.of(architecture, precision, targets));
    this.p = of.p;
    this.shared = of.shared;
    this.w = of.w;
    this.a = Script.list(adapter.map(LoraAdapter::matrices).orElse(List.of()));
    this.view = true;
  }

  /**
   * The same packed weights with another adapter, or none: a network of its own, to be closed
   * before this one, whose weights it leaves alone.
   *
   * @param adapter takes the place of this network's; not closed by the view
   */
  public Network adapted(Optional<LoraAdapter> adapter) {
    return new Network(this, adapter);
  }

  /** Fills {@code p} on the way, so that no more than one layer is held twice. */
  private List<NDArray> sharedAndPacked() {
    var kept = new Weights(architecture, source, manager);
    Rope rope = architecture.rope();
    int size = architecture.headSize();
    var tables = new Shape(window, size);
    var list = new ArrayList<NDArray>();
    list.add(kept.embedding());
    list.add(kept.lastNorm());
    list.add(manager.create(rope.cosines(window, size), tables));
    list.add(manager.create(rope.signedSines(window, size), tables));
    for (int block = 0; block < architecture.layers(); block++) {
      list.add(kept.inputNorm(block));
      list.add(kept.attentionNorm(block));
      try (NDManager passing = manager.newSubManager()) {
        var layers = precision == Precision.F32 ? kept : new Weights(architecture, source, passing);
        try (IValue wide = Script.value(layers.queryKeyValue(block))) {
          list.add(script.tensor(manager, "packWide", wide));
        }
        pack(layers.attentionOutput(block));
        pack(layers.gateUp(block));
        pack(layers.down(block));
      }
      list.addAll(kept.biases(block));
    }
    pack(kept.outputLayer());
    return List.copyOf(list);
  }

  private void pack(NDArray matrix) {
    try (IValue value = Script.value(matrix);
        IValue count = script.call("add", p, value)) {
      assert count.toLong() > 0;
    }
  }

  /**
   * The same weights under another adapter, with a script of its own. Closing the view leaves the
   * weights; it must be closed before them.
   */
  public Network adapted(Optional<LoraAdapter> adapter) {
    throw new UnsupportedOperationException("not built yet");
  }

  public Architecture architecture() {
    return architecture;
  }

  public Precision precision() {
    return precision;
  }

  /** Positions that the network is ready for. */
  public int window() {
    return window;
  }

  /** A cache for up to so many slots of this network's window. */
  public KvCache newCache(int slots, long maxBytes) {
    return new KvCache(script, architecture, slots, window, maxBytes);
  }

  /**
   * Feeds a run of tokens to one slot of the cache.
   *
   * @param tokens [length], at least one
   * @param start positions the slot holds before
   * @return logits after the last token, [1, vocabulary], owned by {@code step}
   */
  public NDArray prefill(NDManager step, KvCache cache, int slot, int start, int[] tokens) {
    cache.checkHolds(slot + 1, start + tokens.length);
    try (IValue ids = Script.value(step.create(longs(tokens)));
        IValue at = IValue.from((long) slot);
        IValue from = IValue.from((long) start)) {
      return script.tensor(step, "prefill", w, p, a, cache.keys(), cache.values(), ids, at, from);
    }
  }

  /**
   * Feeds one token to each of the first n slots of the cache.
   *
   * @param tokens [n]
   * @param positions [n], how many positions each slot holds before
   * @return logits, [n, vocabulary], owned by {@code step}
   */
  public NDArray decode(NDManager step, KvCache cache, int[] tokens, int[] positions) {
    int length = 1;
    for (int position : positions) {
      length = Math.max(length, position + 1);
    }
    cache.checkHolds(tokens.length, length);
    try (IValue ids = Script.value(step.create(longs(tokens)));
        IValue at = Script.value(step.create(longs(positions)));
        IValue longest = IValue.from((long) length)) {
      return script.tensor(step, "decode", w, p, a, cache.keys(), cache.values(), ids, at, longest);
    }
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

  private NDArray full(String method, NDManager step, int[][] tokens) {
    try (IValue ids = Script.value(ids(step, tokens))) {
      return script.tensor(step, method, w, p, a, ids);
    }
  }

  /**
   * {@link #logProbs} through which gradients flow to the adapter's matrices, where they require
   * them. The thread must be in grad mode.
   *
   * @throws IllegalStateException in any precision but F32, or without an adapter
   */
  public NDArray differentiableLogProbs(NDManager step, int[][] tokens, LoraAdapter adapter) {
    if (precision != Precision.F32) {
      throw new IllegalStateException(precision.label() + " has no gradients");
    }
    var inputs = new NDList();
    addAll(inputs, "w[]", shared);
    addAll(inputs, "p[]", List.of(p.toTensorArray((PtNDManager) step)));
    addAll(inputs, "a[]", adapter.matrices());
    addAll(inputs, "tokens", List.of(ids(step, tokens)));
    addAll(inputs, GRADIENTS_METHOD + "logProbs", List.of(step.create(0)));
    NDArray result = IValueUtils.forward(script.block(), inputs, true).singletonOrThrow();
    result.attach(step);
    return result;
  }

  private static void addAll(NDList inputs, String name, List<? extends NDArray> arrays) {
    for (NDArray array : arrays) {
      array.setName(name);
      inputs.add(array);
    }
  }

  private NDArray ids(NDManager step, int[][] tokens) {
    int length = tokens[0].length;
    if (length > window) {
      throw new IllegalArgumentException(
          "a sequence of %d tokens exceeds the window of %d".formatted(length, window));
    }
    long[] flat = new long[tokens.length * length];
    for (int row = 0; row < tokens.length; row++) {
      for (int i = 0; i < length; i++) {
        flat[row * length + i] = tokens[row][i];
      }
    }
    return step.create(flat, new Shape(tokens.length, length));
  }

  private static long[] longs(int[] values) {
    long[] wide = new long[values.length];
    for (int i = 0; i < values.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }

  @Override
  public void close() {
    a.close();
    if (!view) {
      w.close();
      p.close();
    }
    script.close();
    manager.close();
    if (!view) {
      source.close();
    }
  }
}
