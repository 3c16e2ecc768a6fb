package dev.hone.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * Adapters side by side along their ranks: of each block and each target that one of them changes A
 * [ranks, input] of all, and B [output, ranks] of all, with the scale of each in it. Where an
 * adapter leaves a target alone there are zeros. Immutable; used by one thread at a time, while
 * networks made with it may run on another, and outlive it.
 */
public final class AdapterMix implements AutoCloseable {
  private final NDManager parent;
  private final NDManager manager;
  private final Architecture net;
  private final List<LoraTarget> targets;
  private final List<Part> parts;
  private final List<NDArray> matrices;

  /**
   * An adapter in a mix.
   *
   * @param key whose it is
   * @param from its first rank among all
   */
  private record Part(int key, int from, int rank, AdapterMix mix) {
    int end() {
      return from + rank;
    }
  }

  /**
   * A mix of one.
   *
   * @param key by which the adapter is found again
   * @param adapter is copied
   * @throws UnsupportedModelException when not all its numbers are finite
   */
  public static AdapterMix of(NDManager parent, Architecture net, int key, LoraAdapter adapter) {
    var mix = new AdapterMix(parent, net, adapter.targets());
    boolean made = false;
    try {
      mix.matrices.addAll(adapter.scaled(mix.manager));
      mix.checkFinite();
      mix.parts.add(new Part(key, 0, adapter.shape().rank(), mix));
      made = true;
      return mix;
    } finally {
      if (!made) {
        mix.close();
      }
    }
  }

  private AdapterMix(NDManager parent, Architecture net, Set<LoraTarget> targets) {
    this.parent = parent;
    this.manager = parent.newSubManager();
    this.net = net;
    this.targets = targets.stream().sorted().toList();
    this.parts = new ArrayList<>();
    this.matrices = new ArrayList<>();
  }

  /** Not a number times zero would be none, and so change the rows of others. */
  private void checkFinite() {
    for (NDArray matrix : matrices) {
      try (NDArray sum = matrix.sum()) {
        if (!Float.isFinite(sum.getFloat())) {
          throw new UnsupportedModelException("the adapter has numbers that are not finite");
        }
      }
    }
  }

  /**
   * Copies of these adapters and those of another mix.
   *
   * @param leaves keys of adapters that are left out
   */
  public AdapterMix with(AdapterMix other, IntPredicate leaves) {
    var all = new ArrayList<>(parts);
    all.addAll(other.parts);
    all.removeIf(part -> leaves.test(part.key));
    var changed = EnumSet.noneOf(LoraTarget.class);
    all.forEach(part -> changed.addAll(part.mix.targets));
    var mix = new AdapterMix(parent, net, changed);
    for (Part part : all) {
      mix.parts.add(new Part(part.key, mix.ranks(), part.rank, mix));
    }
    for (int block = 0; block < net.layers(); block++) {
      for (LoraTarget target : mix.targets) {
        mix.matrices.add(mix.joined(all, block, target, 0));
        mix.matrices.add(mix.joined(all, block, target, 1));
      }
    }
    return mix;
  }

  private NDArray joined(List<Part> all, int block, LoraTarget target, int axis) {
    try (NDManager passing = manager.newSubManager()) {
      var pieces = new NDList();
      for (Part part : all) {
        pieces.add(part.mix.piece(passing, part, block, target, axis));
      }
      NDArray joined = NDArrays.concat(pieces, axis);
      joined.attach(manager);
      return joined;
    }
  }

  /**
   * One adapter's own.
   *
   * @param axis of the ranks: 0 for A, 1 for B
   */
  private NDArray piece(NDManager passing, Part part, int block, LoraTarget target, int axis) {
    int at = targets.indexOf(target);
    if (at < 0) {
      return passing.zeros(
          axis == 0
              ? new Shape(part.rank, target.inputWidth(net))
              : new Shape(target.outputWidth(net), part.rank));
    }
    return slice(passing, matrices.get(2 * (block * targets.size() + at) + axis), part, axis);
  }

  private static NDArray slice(NDManager passing, NDArray whole, Part part, int axis) {
    var ranks = new NDIndex();
    NDArray slice =
        whole.get(
            axis == 0
                ? ranks.addSliceDim(part.from, part.end()).addAllDim()
                : ranks.addAllDim().addSliceDim(part.from, part.end()));
    slice.attach(passing);
    return slice;
  }

  private int ranks() {
    return parts.isEmpty() ? 0 : parts.getLast().end();
  }

  Set<LoraTarget> targets() {
    return EnumSet.copyOf(targets);
  }

  /**
   * The matrices, what is hidden from each adapter's rows, and room for the same of a pass.
   *
   * @param passing owner of what the mix has no need of itself
   * @param place of the adapter whose slices alone are wanted, 0 for all of all
   */
  List<NDArray> inputs(NDManager passing, int place) {
    NDArray hidden = hidden(passing);
    var inputs = new ArrayList<>(matrices);
    inputs.add(hidden);
    inputs.add(hidden);
    if (place > 0) {
      Part part = parts.get(place - 1);
      for (int i = 0; i < inputs.size(); i++) {
        int axis = i < matrices.size() ? i % 2 : 1;
        inputs.set(i, slice(passing, inputs.get(i), part, axis));
      }
    }
    return inputs;
  }

  /**
   * [adapters + 1, ranks]: from a row without an adapter, the first, every rank. A copy in native
   * memory: an array made of Java's is valid only until it is closed, and networks outlive it.
   */
  private NDArray hidden(NDManager passing) {
    boolean[] hidden = new boolean[(parts.size() + 1) * ranks()];
    for (int row = 0; row <= parts.size(); row++) {
      for (int rank = 0; rank < ranks(); rank++) {
        boolean own = row > 0 && rank >= parts.get(row - 1).from && rank < parts.get(row - 1).end();
        hidden[row * ranks() + rank] = !own;
      }
    }
    try (NDArray table = passing.create(hidden, new Shape(parts.size() + 1, ranks()))) {
      NDArray copy = table.duplicate();
      copy.attach(passing);
      return copy;
    }
  }

  /** Keys of the adapters, in the order of their places; the first place is 1. */
  public List<Integer> keys() {
    return parts.stream().map(Part::key).toList();
  }

  /** Memory that the matrices take. */
  public long bytes() {
    return matrices.stream().mapToLong(matrix -> matrix.size() * Float.BYTES).sum();
  }

  @Override
  public void close() {
    manager.close();
  }
}
