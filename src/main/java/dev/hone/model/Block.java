package dev.hone.model;

/**
 * What a block of a decoder does beside its matrix products.
 *
 * @param headNorms whether each head of the queries and of the keys is normalised by itself
 */
public record Block(Norm norm, double epsilon, boolean headNorms, Mlp mlp, Biases biases) {
  /** What is done to a row before a layer reads it. */
  public enum Norm {
    /** Divided by its root mean square. */
    RMS,
    /** Centred, divided by its deviation, and a bias added. */
    LAYER
  }

  /** What lies between a block's last two products. */
  public enum Mlp {
    /** {@code silu(gate) * up}. */
    GATED_SILU,
    /** GELU by its approximation with tanh. */
    GELU_TANH
  }

  /**
   * Which linear layers have biases.
   *
   * @param mlp all of those behind attention
   */
  public record Biases(boolean queryKeyValue, boolean output, boolean mlp) {
    public static final Biases NONE = new Biases(false, false, false);
  }
}
