package dev.hone.alignment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.hone.model.Architecture;
import dev.hone.model.LoraAdapter;
import dev.hone.model.LoraLayout;
import dev.hone.model.LoraShape;
import dev.hone.model.LoraTarget;
import dev.hone.model.TensorInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * An adapter's first values: those of a parent where there is one, so that training begins at the
 * parent's own function and its result is still one adapter over the same base (ADR 0006).
 */
public final class WarmStart {
  private WarmStart() {}

  /**
   * @param parent folder of an adapter that a training goes on with
   */
  public static LoraShape shapeOver(LoraShape wanted, Optional<Path> parent) {
    return shape(wanted, parent.map(LoraAdapter::shape));
  }

  /** What is wanted, but never less than the parent has. */
  static LoraShape shape(LoraShape wanted, Optional<LoraShape> parent) {
    if (parent.isEmpty()) {
      return wanted;
    }
    var targets = EnumSet.copyOf(wanted.targets());
    targets.addAll(parent.get().targets());
    int rank = Math.max(wanted.rank(), parent.get().rank());
    return new LoraShape(rank, wanted.alpha(), targets, wanted.rankStabilised());
  }

  /**
   * Without a parent, A is uniform as PyTorch's linear layers are (Kaiming with a = sqrt 5) and B
   * is zero. A parent's rows of A and columns of B come first, B by the ratio of the scales;
   * further ranks and targets start like a new adapter, and so change nothing yet.
   */
  public static LoraAdapter adapter(
      NDManager manager,
      Architecture net,
      LoraShape wanted,
      Optional<LoraAdapter> parent,
      long seed) {
    RandomGenerator random = Randomness.of(seed, "adapter", 0);
    LoraShape shape = shape(wanted, parent.map(LoraAdapter::shape));
    Map<String, float[]> before = new HashMap<>();
    parent.ifPresent(adapter -> before.putAll(byName(adapter, net)));
    int kept = parent.map(adapter -> adapter.shape().rank()).orElse(0);
    double ratio = parent.map(adapter -> adapter.shape().scale() / shape.scale()).orElse(1.0);
    var matrices = new ArrayList<NDArray>();
    for (TensorInfo tensor : LoraLayout.of(shape, net)) {
      int rows = (int) tensor.shape()[0];
      int columns = (int) tensor.shape()[1];
      boolean isA = tensor.name().endsWith("lora_A.weight");
      float[] values = isA ? uniform(rows, columns, random) : new float[rows * columns];
      float[] old = before.get(tensor.name());
      if (old != null && isA) {
        System.arraycopy(old, 0, values, 0, old.length);
      }
      if (old != null && !isA) {
        for (int i = 0; i < old.length; i++) {
          values[i / kept * columns + i % kept] = (float) (ratio * old[i]);
        }
      }
      // Java's own memory begins wherever it does, and what a product rounds to can follow from it.
      try (NDArray passing = manager.create(values, new Shape(rows, columns))) {
        matrices.add(passing.duplicate());
      }
    }
    return new LoraAdapter(shape, matrices);
  }

  /**
   * What a frozen parent is asked through, so that it rounds as what is trained does at first: in
   * bf16 a layer between an MLP's products that an adapter adds to stays f32, one that none does is
   * rounded.
   *
   * @param start as {@link #adapter} makes it, which says what the parent does
   */
  public static Optional<LoraAdapter> asked(Optional<LoraAdapter> parent, LoraAdapter start) {
    return roundsOtherwise(parent.map(LoraAdapter::shape), start.shape())
        ? Optional.of(start)
        : parent;
  }

  /** Whether what is trained rounds otherwise than its parent alone does. */
  static boolean roundsOtherwise(Optional<LoraShape> parent, LoraShape start) {
    return addsWithin(start) && parent.filter(WarmStart::addsWithin).isEmpty();
  }

  private static boolean addsWithin(LoraShape shape) {
    return shape.targets().contains(LoraTarget.GATE) || shape.targets().contains(LoraTarget.UP);
  }

  private static Map<String, float[]> byName(LoraAdapter adapter, Architecture net) {
    List<TensorInfo> layout = LoraLayout.of(adapter.shape(), net);
    Map<String, float[]> values = new HashMap<>();
    for (int i = 0; i < layout.size(); i++) {
      values.put(layout.get(i).name(), adapter.matrices().get(i).toFloatArray());
    }
    return values;
  }

  private static float[] uniform(int rows, int columns, RandomGenerator random) {
    float bound = (float) (1 / Math.sqrt(columns));
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat(-bound, bound);
    }
    return values;
  }
}
