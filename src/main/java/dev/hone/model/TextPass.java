package dev.hone.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.IValue;
import java.util.List;

/**
 * A text that goes through the layers some at a time, without a cache: between two of them others
 * can be served, and all that it holds is one row a token.
 */
public final class TextPass implements AutoCloseable {
  private final Network network;
  private final NDManager manager;
  private final NDArray tokens;
  private final long[] adapters;
  private final int layers;
  private NDArray states;
  private int passed;

  /**
   * @param manager closed with this
   * @param tokens [1, length]
   * @param adapters [length], or none for a network that is no mix
   */
  TextPass(Network network, NDManager manager, NDArray tokens, long[] adapters) {
    this.network = network;
    this.manager = manager;
    this.tokens = tokens;
    this.adapters = adapters;
    this.layers = network.architecture().layers();
    this.states = network.call(manager, "entered", List.of(Script.value(tokens)));
  }

  /** Whether it is through all layers. */
  public boolean through() {
    return passed == layers;
  }

  /** Goes through as many layers as make the work of so many tokens through all, at least one. */
  public void advance(int work) {
    long length = tokens.getShape().get(1);
    int next = (int) Math.clamp(work * (long) layers / length, 1, (long) layers - passed);
    choose();
    var arguments =
        List.of(
            Script.value(tokens),
            Script.value(states),
            IValue.from((long) passed),
            IValue.from((long) passed + next));
    NDArray further = network.call(manager, "through", arguments);
    states.close();
    states = further;
    passed += next;
  }

  /** Again each time: whoever was served in between has chosen for rows of its own. */
  private void choose() {
    if (adapters.length > 0) {
      try (NDManager passing = manager.newSubManager()) {
        network.choose(passing, adapters);
      }
    }
  }

  /**
   * The mean of all tokens' hidden states after the last norm, [hidden].
   *
   * @throws IllegalStateException when it is not through yet
   */
  public float[] meanState() {
    if (!through()) {
      throw new IllegalStateException("through %d of %d layers".formatted(passed, layers));
    }
    try (NDArray mean = network.call(manager, "meanState", List.of(Script.value(states)))) {
      return mean.toFloatArray();
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
