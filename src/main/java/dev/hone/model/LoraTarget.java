package dev.hone.model;

/** A kind of linear layer that an adapter may change; at most one of each in every block. */
public enum LoraTarget {
  Q("self_attn.q_proj"),
  K("self_attn.k_proj"),
  V("self_attn.v_proj"),
  O("self_attn.o_proj"),
  GATE("mlp.gate_proj"),
  UP("mlp.up_proj"),
  DOWN("mlp.down_proj");

  private final String module;

  LoraTarget(String module) {
    this.module = module;
  }

  /** The module's name within its block. */
  public String module() {
    return module;
  }

  /** Whether such a block has this layer. */
  boolean isIn(Block block) {
    return this != GATE || block.mlp() == Block.Mlp.GATED_SILU;
  }

  public int inputWidth(Architecture net) {
    return switch (this) {
      case Q, K, V, GATE, UP -> net.hidden();
      case O -> net.queryWidth();
      case DOWN -> net.feedForward();
    };
  }

  public int outputWidth(Architecture net) {
    return switch (this) {
      case Q -> net.queryWidth();
      case K, V -> net.kvWidth();
      case O, DOWN -> net.hidden();
      case GATE, UP -> net.feedForward();
    };
  }
}
