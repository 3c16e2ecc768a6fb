package dev.hone.inference;

import dev.hone.model.Architecture;
import dev.hone.model.Precision;

/**
 * What this machine could do at most, as measured: a pass takes at least as long as reading what it
 * must read, and as long as the products in it.
 */
public record HardwareLimits(double memoryBytesPerSecond, MatmulSpeed matmul) {
  /**
   * Tokens per second of decoding: a step reads every weight once, and every sequence's keys and
   * values.
   */
  double decode(Architecture net, Precision precision, int batch, int filled) {
    double bytes = precision.weightBytes(net) + (double) batch * filled * net.cacheBytesPerToken();
    double attention = attention(net, (double) batch * filled) / matmul.f32();
    return batch / seconds(net, precision, bytes, batch, batch, attention);
  }

  /** Prompt tokens per second; logits are made of the last token alone. */
  double prefill(Architecture net, Precision precision, int tokens) {
    double attention =
        attention(net, (double) tokens * tokens / 2)
            / (precision.attendsRunsInBf16() ? matmul.bf16() : matmul.f32());
    double bytes = precision.weightBytes(net);
    return tokens / seconds(net, precision, bytes, tokens, 1, attention);
  }

  /**
   * @param rows of the layers' products
   * @param logits rows of the output layer's
   * @param attention seconds of its products
   */
  private double seconds(
      Architecture net,
      Precision precision,
      double bytes,
      double rows,
      double logits,
      double attention) {
    double output = (double) net.vocabulary() * net.hidden();
    double layers = net.linearParameters() - output;
    // q, k and v stay f32 there.
    double wide =
        precision == Precision.INT8
            ? (double) net.hidden() * (net.queryWidth() + 2.0 * net.kvWidth()) * net.layers()
            : 0;
    double products =
        2 * (rows * (layers - wide) + logits * output) / matmul.of(precision)
            + 2 * rows * wide / matmul.f32()
            + attention;
    return Math.max(bytes / memoryBytesPerSecond, products);
  }

  /** Operations of attention over so many pairs of positions. */
  private static double attention(Architecture net, double pairs) {
    return 4 * pairs * net.queryWidth() * net.layers();
  }
}
