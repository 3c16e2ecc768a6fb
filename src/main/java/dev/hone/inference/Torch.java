package dev.hone.inference;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;

/** The tensor library, for whoever works beside the engine. */
public final class Torch {
  private Torch() {}

  /**
   * Tensors on the processor, on as many threads as there are cores unless {@link #computeOn} said
   * otherwise; to be closed.
   */
  public static NDManager manager() {
    return ModelLoader.manager();
  }

  /** Threads that tensors are computed on. */
  public static int threads() {
    try (NDManager _ = manager()) {
      return JniUtils.getNumThreads();
    }
  }

  /** From now on, for the thread that calls and those that have not computed yet. */
  public static void computeOn(int threads) {
    try (NDManager _ = manager()) {
      JniUtils.setNumThreads(threads);
    }
  }

  /**
   * Computes something small on a device.
   *
   * @throws DeviceUnavailableException saying what to install, when that can't be done
   */
  public static void check(ComputeDevice device) {
    ModelLoader.manager(device).close();
  }
}
