package dev.hone.alignment;

/** What of a model a training moves. */
public enum AdapterKind {
  /** Two narrow matrices beside each layer (Hu et al. 2021): the version is an adapter. */
  LORA,
  /**
   * The same, and the lengths of the layers' rows (Liu et al. 2024): the version is whole weights.
   */
  DORA,
  /** All weights: so is the version. */
  FULL
}
