package dev.hone.inference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import dev.hone.model.KvCache;
import dev.hone.model.LoraAdapter;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a runner serves: a base with the adapters over it, in one pass for all of these, and
 * versions that have all weights of their own, each in a pass of its own (docs/adr/0013).
 */
final class TorchVersions implements AutoCloseable {
  private final NDManager manager;
  private final TorchRunner.Networks base;
  private final TorchAdapters adapters;

  /** By number. The loader puts them in, the engine takes them out. */
  private final Map<Integer, TorchRunner.Networks> full = new ConcurrentHashMap<>();

  /** The loader's. */
  private int loads;

  /** Closes neither. */
  TorchVersions(NDManager manager, TorchRunner.Networks base) {
    this.manager = manager;
    this.base = base;
    this.adapters = new TorchAdapters(manager, base);
  }

  TorchRunner.Networks base() {
    return base;
  }

  /** Makes sure that the base works. */
  void tryOut(int token) {
    adapters.tryOut(token);
  }

  /**
   * Loads an adapter, as {@link TorchAdapters#load} does.
   *
   * @return its number
   */
  int load(LoraAdapter adapter, int token) {
    int number = ++loads;
    adapters.load(number, adapter, token);
    return number;
  }

  /**
   * Takes in a version with full weights. By one thread at a time, while the engine runs.
   *
   * @param networks closed when it retires, or now when it fails
   * @return its number
   */
  int load(TorchRunner.Networks networks, int token) {
    int number = ++loads;
    boolean works = false;
    try {
      TorchRunner.plainly();
      networks.tryOut(manager, number, token, base.prefill().window());
      full.put(number, networks);
      works = true;
      return number;
    } finally {
      if (!works) {
        networks.close();
      }
    }
  }

  /** Memory that the adapters take. The loader's. */
  long adapterBytes() {
    return adapters.bytes();
  }

  /**
   * One pass for each set of weights that rows go through. The engine's.
   *
   * @return as {@link Pass#logits} does
   */
  NDArray logits(NDManager step, KvCache cache, Pass.Rows rows) {
    if (full.isEmpty() || Arrays.stream(rows.versions()).noneMatch(full::containsKey)) {
      return adapters.pass(rows.versions()).logits(step, cache, rows);
    }
    var parts =
        RowParts.of(rows, version -> full.containsKey(version) ? version : ModelRunner.BASE);
    if (parts.each().size() == 1) {
      return logits(step, cache, parts.each().getFirst());
    }
    var logits = new NDList();
    parts.each().forEach(part -> logits.add(logits(step, cache, part)));
    try (NDArray together = NDArrays.concat(logits);
        NDArray places = step.create(parts.places())) {
      return together.get(new NDIndex("{}", places));
    }
  }

  private NDArray logits(NDManager step, KvCache cache, RowParts.Part part) {
    var rows = part.rows();
    Pass pass =
        part.weights() == ModelRunner.BASE
            ? adapters.pass(rows.versions())
            : full.get(part.weights());
    return pass.logits(step, cache, rows);
  }

  /** See {@link ModelRunner#read}. The engine's. */
  TextReading read(int[] tokens, int version) {
    var own = full.get(version);
    Pass pass = own == null ? adapters.pass(new int[] {version}) : own;
    return pass.read(tokens, version);
  }

  /** No pass is asked for with this version any more. The engine's. */
  void retire(int version) {
    var own = full.remove(version);
    if (own == null) {
      adapters.retire(version);
      return;
    }
    own.close();
    NativeHeap.giveBack();
  }

  /** Once neither the engine nor the loader does anything any more, and no reading is open. */
  @Override
  public void close() {
    full.values().forEach(TorchRunner.Networks::close);
    full.clear();
    adapters.close();
  }
}
