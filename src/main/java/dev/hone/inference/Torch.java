package dev.hone.inference;

import ai.djl.ndarray.NDManager;

/** The tensor library, for whoever works beside the engine. */
public final class Torch {
  private Torch() {}

  /** Tensors on as many threads as there are cores; to be closed. */
  public static NDManager manager() {
    return ModelLoader.manager();
  }
}
