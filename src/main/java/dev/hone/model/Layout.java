package dev.hone.model;

/** How a model file names its weights and stores them. */
public enum Layout {
  /** A matrix for each layer, [output, input]. */
  LLAMA,
  /** q, k and v as one matrix; all of a block's matrices are [input, output]. */
  GPT_2;

  /**
   * Adapters in PEFT's layout change whole layers, which are not ours where q, k and v are one.
   *
   * @throws UnsupportedModelException if there can be none
   */
  public void requireAdaptable() {
    if (this == GPT_2) {
      throw new UnsupportedModelException(
          "adapters are not supported for gpt2, whose q, k and v are one layer: it can be served,"
              + " not trained");
    }
  }
}
