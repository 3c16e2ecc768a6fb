package dev.hone.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import java.util.ArrayList;
import java.util.List;

/**
 * A model's numbers in one precision, as the scripts take them. They can be shared by any number of
 * scripts of the same architecture and precision.
 */
final class PackedWeights implements AutoCloseable {
  private final Architecture architecture;
  private final Precision precision;
  private final int window;
  private final TensorSource source;
  private final NDManager manager;
  private final List<NDArray> shared;
  private final IValue w;
  private final IValue p;

  /**
   * @param source kept open as long as the weights, and closed with them
   * @param passing the same file once more, for what is copied: when it is closed, the pages read
   *     through it no longer count as ours
   */
  PackedWeights(
      NDManager parent,
      Script script,
      TensorSource source,
      TensorSource passing,
      Architecture architecture,
      Precision precision,
      int window) {
    this.architecture = architecture;
    this.precision = precision;
    this.window = Math.min(window, architecture.maxPositions());
    this.source = source;
    this.manager = parent.newSubManager();
    this.p = script.call("none");
    this.shared = sharedAndPacked(script, passing);
    this.w = Script.list(shared);
  }

  /** Fills {@code p} on the way, so that no more than one layer is held twice. */
  private List<NDArray> sharedAndPacked(Script script, TensorSource passingSource) {
    var kept = Weights.of(architecture, source, manager);
    var list = new ArrayList<NDArray>();
    list.add(kept.embedding());
    list.add(kept.lastNorm());
    list.addAll(positions(kept));
    for (int block = 0; block < architecture.layers(); block++) {
      try (NDManager passing = manager.newSubManager()) {
        var copied = Weights.of(architecture, passingSource, passing);
        var single = precision == Precision.F32 ? kept : copied;
        for (BlockTensor which : BlockTensor.of(architecture.block(), precision)) {
          list.add(
              which == BlockTensor.QUERY_KEY_VALUE
                  ? wide(script, copied.queryKeyValue(block))
                  : kept.small(block, which));
        }
        if (!precision.widensQueryKeyValue()) {
          pack(script, copied.queryKeyValue(block));
        }
        pack(script, single.attentionOutput(block));
        pack(script, copied.expansion(block));
        pack(script, single.down(block));
      }
    }
    pack(script, "addOutput", kept.outputLayer());
    return List.copyOf(list);
  }

  /** What {@link NetworkSource} looks up by a token's position. */
  private List<NDArray> positions(Weights kept) {
    int size = architecture.headSize();
    var table = new Shape(window, size);
    return switch (architecture.positions()) {
      case Rope rope ->
          List.of(
              manager.create(rope.cosines(window, size), table),
              manager.create(rope.signedSines(window, size), table));
      case Positions.Learned() -> List.of(kept.positions(window));
    };
  }

  private NDArray wide(Script script, NDArray matrix) {
    try (IValue value = Script.value(matrix)) {
      return script.tensor(manager, "packWide", value);
    }
  }

  /** bf16 made in the usual way would be out of bounds for gradients. */
  private static NDArray rounded(Script script, NDManager owner, NDArray matrix) {
    matrix.setName("x");
    return script.differentiable(owner, "packWide", new NDList(matrix));
  }

  private void pack(Script script, NDArray matrix) {
    pack(script, "add", matrix);
  }

  private void pack(Script script, String method, NDArray matrix) {
    try (NDManager passing = manager.newSubManager();
        IValue value =
            Script.value(precision == Precision.BF16 ? rounded(script, passing, matrix) : matrix);
        IValue count = script.call(method, p, value)) {
      assert count.toLong() > 0;
    }
  }

  Architecture architecture() {
    return architecture;
  }

  Precision precision() {
    return precision;
  }

  int window() {
    return window;
  }

  /** The methods' {@code w}. */
  IValue w() {
    return w;
  }

  /** The methods' {@code p}. */
  IValue p() {
    return p;
  }

  /** What {@link #w} lists. */
  List<NDArray> wide() {
    return shared;
  }

  /** What {@link #p} lists, where its elements are tensors; owned by the caller's manager. */
  List<NDArray> packed(NDManager step) {
    return List.of(p.toTensorArray((PtNDManager) step));
  }

  @Override
  public void close() {
    w.close();
    p.close();
    manager.close();
    source.close();
  }
}
