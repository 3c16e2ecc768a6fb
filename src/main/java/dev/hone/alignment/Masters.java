package dev.hone.alignment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.pytorch.jni.JniUtils;
import dev.hone.model.Differentiable;
import dev.hone.model.TensorInfo;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Numbers in training, in f32: their gradients add up until the optimiser moves them. On the thread
 * that makes it.
 */
public final class Masters implements AutoCloseable {
  private static final NDIndex EVERYTHING = new NDIndex("...");

  private final NDManager manager;
  private final List<NDArray> arrays;
  private final List<TensorInfo> layout;
  private final AdamW optimizer;
  private final double decay;

  /** Of the arrays over the steps, where they are wanted. */
  private final List<NDArray> averages;

  /**
   * @param arrays changed in place; closed by whoever made them
   * @param layout name and shape of each
   * @param decay what an average keeps of itself in a step; 0 for no averages
   */
  public Masters(
      NDManager parent,
      List<NDArray> arrays,
      List<TensorInfo> layout,
      double weightDecay,
      double maxGradientNorm,
      double decay) {
    JniUtils.setGradMode(true);
    this.manager = parent.newSubManager();
    this.arrays = List.copyOf(arrays);
    this.layout = List.copyOf(layout);
    arrays.forEach(array -> array.setRequiresGradient(true));
    this.optimizer =
        new AdamW(
            manager,
            arrays,
            layout.stream().map(info -> isGainOrBias(info) ? 0 : weightDecay).toList(),
            maxGradientNorm);
    this.decay = decay;
    this.averages = decay > 0 ? arrays.stream().map(this::copy).toList() : List.of();
  }

  /** Of a norm or a bias, which weight decay leaves alone, as it does in transformers. */
  private static boolean isGainOrBias(TensorInfo info) {
    return info.name().endsWith("norm.weight") || info.name().endsWith(".bias");
  }

  private NDArray copy(NDArray array) {
    NDArray copy = array.duplicate();
    copy.attach(manager);
    return copy;
  }

  /** Of what is trained. */
  public static Masters of(
      NDManager parent, Trained trained, double weightDecay, double maxGradientNorm) {
    return new Masters(
        parent, trained.masters(), trained.layout(), weightDecay, maxGradientNorm, 0);
  }

  /** Of what is trained, as the settings have it. */
  public static Masters of(NDManager parent, Trained trained, AdapterSettings settings) {
    return new Masters(
        parent,
        trained.masters(),
        trained.layout(),
        settings.weightDecay(),
        settings.maxGradientNorm(),
        settings.ema());
  }

  List<NDArray> arrays() {
    return arrays;
  }

  List<TensorInfo> layout() {
    return layout;
  }

  /** In the masters' order, or none. */
  List<NDArray> averages() {
    return averages;
  }

  AdamW optimizer() {
    return optimizer;
  }

  /** Steps of the optimiser so far. */
  public int updates() {
    return optimizer.updates();
  }

  /**
   * Sets a master or a running mean, outside of any gradient. Its memory stays: {@link
   * NDArray#set(float[])} would leave it in Java's, which is bounded and begins anywhere.
   */
  void overwrite(NDArray target, float[] values) {
    JniUtils.setGradMode(false);
    try (NDArray passing = manager.create(values, target.getShape())) {
      target.set(EVERYTHING, passing);
    } finally {
      JniUtils.setGradMode(true);
    }
  }

  /**
   * Runs forward alone.
   *
   * @param forward makes a row of numbers of the masters, owned by the manager it is given
   */
  public float[] frozen(Function<NDManager, NDArray> forward) {
    JniUtils.setGradMode(false);
    try (NDManager step = manager.newSubManager()) {
      return forward.apply(step).toFloatArray();
    } finally {
      JniUtils.setGradMode(true);
    }
  }

  /**
   * Runs forward, of the masters as they are now.
   *
   * @param forward makes numbers of the masters, with all that the way back needs owned by the
   *     manager it is given
   */
  public Forward forward(Function<NDManager, Differentiable> forward) {
    NDManager step = manager.newSubManager();
    boolean made = false;
    try {
      var run = new Forward(step, forward.apply(step));
      made = true;
      return run;
    } finally {
      if (!made) {
        step.close();
      }
    }
  }

  /**
   * Runs forward and back; the gradients of several runs add up.
   *
   * @param forward as for {@link #forward}
   * @param slopes from those numbers to the loss's derivatives by them
   */
  public void accumulate(
      Function<NDManager, Differentiable> forward, UnaryOperator<float[]> slopes) {
    try (var run = forward(forward)) {
      run.back(slopes);
    }
  }

  /** Gives up what was accumulated since the last step. */
  public void forget() {
    optimizer.forget();
  }

  /**
   * @return the gradients' norm before it was shortened
   */
  public double step(double rate) {
    double norm = optimizer.step(rate);
    JniUtils.setGradMode(false);
    try {
      for (int i = 0; i < averages.size(); i++) {
        NDArray average = averages.get(i);
        try (NDArray way = arrays.get(i).sub(average)) {
          average.addi(way.muli(1 - decay));
        }
      }
    } finally {
      JniUtils.setGradMode(true);
    }
    return norm;
  }

  /**
   * Makes the averages the masters, where there are any: for what comes of a training. The second
   * time it changes nothing.
   */
  public void settle() {
    for (int i = 0; i < averages.size(); i++) {
      overwrite(arrays.get(i), averages.get(i).toFloatArray());
    }
  }

  /** Native arrays held at the moment, for tests. */
  public int openResources() {
    return manager.getManagedArrays().size() + optimizer.openResources();
  }

  @Override
  public void close() {
    optimizer.close();
    manager.close();
  }
}
