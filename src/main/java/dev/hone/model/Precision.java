package dev.hone.model;

import java.util.Locale;

/**
 * How the linear layers compute. Everything between them (norms, attention, the cache) is f32, so
 * that one cache serves all.
 */
public enum Precision {
  /** {@code torch.linear} on plain weights; gradients flow through it. */
  F32,
  /** oneDNN's blocked layout of the same numbers. */
  F32_PREPACKED,
  /**
   * {@code torch.linear} on weights and activations rounded to bf16; gradients flow through it.
   * Runs everywhere, fast with AMX only.
   */
  BF16,
  /** bf16 weights and activations in oneDNN's layout; needs AVX512 or AMX. */
  BF16_PREPACKED,
  /**
   * int8 weights by output channel and int8 activations, each row scaled by its largest entry; q, k
   * and v stay f32, since they lose most and weigh little.
   */
  INT8;

  /** As written in settings and reports: {@code f32-prepacked}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether gradients flow through the linear layers. */
  public boolean hasGradients() {
    return this == F32 || this == BF16;
  }

  /** What a step reads at least: every linear layer's weights. */
  public long weightBytes(Architecture net) {
    long wide = net.hidden() * (net.queryWidth() + 2L * net.kvWidth()) * net.layers();
    long all = net.linearParameters();
    return switch (this) {
      case F32, F32_PREPACKED -> all * Float.BYTES;
      case BF16, BF16_PREPACKED -> all * Short.BYTES;
      case INT8 -> wide * Float.BYTES + (all - wide);
    };
  }

  public static Precision of(String label) {
    for (Precision precision : values()) {
      if (precision.label().equals(label)) {
        return precision;
      }
    }
    throw new IllegalArgumentException("'" + label + "' is not a precision");
  }
}
