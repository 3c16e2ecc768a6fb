package dev.hone.inference;

import ai.djl.ndarray.NDManager;

/** The tensor library, for whoever works beside the engine. */
public final class Torch {
  private Torch() {}

  /** Tensors on the processor, on as many threads as there are cores; to be closed. */
  public static NDManager manager() {
    return ModelLoader.manager();
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
