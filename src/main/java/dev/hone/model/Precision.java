package dev.hone.model;

import java.util.Locale;

/**
 * How the linear layers compute. What is between them (norms, attention, the cache) is f32 but
 * where it says otherwise, so that one cache serves all.
 */
public enum Precision {
  /** {@code torch.linear} on plain weights; gradients flow through it. */
  F32,
  /** oneDNN's blocked layout of the same numbers. */
  F32_PREPACKED,
  /**
   * {@code torch.linear} on weights and activations rounded to bf16, and so the attention of a
   * short prompt with its answers; gradients flow through it. Runs everywhere, fast with AMX only.
   */
  BF16,
  /**
   * bf16 weights and activations in oneDNN's layout, and so the attention of a run of tokens; needs
   * AVX512 or AMX.
   */
  BF16_PREPACKED,
  /**
   * int8 weights by output channel and int8 activations, each row scaled by its largest entry; q, k
   * and v stay f32, since they lose most and weigh little.
   */
  INT8,
  /**
   * int4 weights in groups of 32, each with a scale and a minimum, and bf16 activations; the output
   * layer has int8 weights by channel and int8 activations. The values of a Q4_0 or Q4_1 file's
   * blocks come out as they were, but for a scale and a zero that are rounded to bf16.
   */
  INT4;

  /** As written in settings and reports: {@code f32-prepacked}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether gradients flow through the linear layers. */
  public boolean hasGradients() {
    return this == F32 || this == BF16;
  }

  /** Whether it uses only what libtorch has for every device; the others are for processors. */
  public boolean runsOnEveryDevice() {
    return this == F32 || this == BF16;
  }

  /** Whether a run of tokens attends in bf16 over the cache; decoding attends in f32 always. */
  public boolean attendsRunsInBf16() {
    return this == BF16_PREPACKED;
  }

  /** Whether q, k and v are another kind of matrix than the layers behind them. */
  boolean widensQueryKeyValue() {
    return this == INT8;
  }

  /** What a step reads at least: every linear layer's weights. */
  public long weightBytes(Architecture net) {
    long wide = net.hidden() * (net.queryWidth() + 2L * net.kvWidth()) * net.layers();
    long all = net.linearParameters();
    long output = (long) net.vocabulary() * net.hidden();
    return switch (this) {
      case F32, F32_PREPACKED -> all * Float.BYTES;
      case BF16, BF16_PREPACKED -> all * Short.BYTES;
      case INT8 -> wide * Float.BYTES + (all - wide);
      // Half a byte each, and two bf16 numbers for every group of 32.
      case INT4 -> (all - output) * 5 / 8 + output;
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
