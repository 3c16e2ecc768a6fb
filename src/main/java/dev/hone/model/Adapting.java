package dev.hone.model;

/** How an adapter's products enter the layers, as {@link NetworkSource} writes them. */
sealed interface Adapting {
  /** The same for every row. */
  record Plain() implements Adapting {}

  /** Each row has an adapter of its own, or none. */
  record Mixed() implements Adapting {}

  /** Rows of the changed weights are brought to lengths that are trained (DoRA). */
  record Magnitudes() implements Adapting {}

  /**
   * A share of the inputs is left out at random, where a seed says so.
   *
   * @param rate that share
   */
  record Dropping(double rate) implements Adapting {}
}
