package dev.hone.inference;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import dev.hone.model.Precision;
import dev.hone.model.Script;

/**
 * How fast this machine's libtorch multiplies large matrices: nothing that is made of products can
 * be faster.
 *
 * @param f32 floating-point operations per second
 * @param bf16 the same; 0 where there is no kernel for it
 * @param int8 operations per second; 0 likewise
 */
public record MatmulSpeed(double f32, double bf16, double int8) {
  private static final int ROWS = 512;
  private static final int WIDTH = 2048;
  private static final int PRODUCTS = 6;
  private static final int ROUNDS = 3;

  /** Packs once, as a network does, and multiplies n times. */
  private static final String SOURCE =
      """
      class M(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
        def f32(self: __torch__.M, x: Tensor, w: Tensor, n: int) -> Tensor:
          y = x
          for _0 in range(n):
            y = torch.linear(x, w)
          return y
        def bf16(self: __torch__.M, x: Tensor, w: Tensor, n: int) -> Tensor:
          p = ops.mkldnn._reorder_linear_weight(torch.to(w, 15), 1)
          b = torch.to(x, 15)
          y = b
          for _0 in range(n):
            y = ops.mkldnn._linear_pointwise(b, p, None, "none", annotate(List[Optional[number]], []), None)
          return torch.to(y, 6)
        def int8(self: __torch__.M, x: Tensor, w: Tensor, n: int) -> Tensor:
          q = torch.quantize_per_tensor(w, 0.01, 0, 12)
          p = ops.quantized.linear_prepack(q, None)
          y = x
          for _0 in range(n):
            y = ops.quantized.linear_dynamic(x, p)
          return y
      """;

  static MatmulSpeed measure(NDManager parent) {
    try (NDManager manager = parent.newSubManager();
        var script = Script.compile(manager, SOURCE)) {
      NDArray x = manager.randomUniform(-1, 1, new Shape(ROWS, WIDTH));
      NDArray w = manager.randomUniform(-1, 1, new Shape(WIDTH, WIDTH));
      return new MatmulSpeed(
          perSecond(script, "f32", x, w),
          perSecond(script, "bf16", x, w),
          perSecond(script, "int8", x, w));
    }
  }

  /** At that precision's own kind of product; of int4 with whichever kind it unpacks to. */
  double of(Precision precision) {
    return switch (precision) {
      case F32, F32_PREPACKED -> f32;
      case BF16, BF16_PREPACKED -> bf16;
      case INT8 -> int8;
      case INT4 -> Math.max(f32, bf16);
    };
  }

  private static double perSecond(Script script, String kind, NDArray x, NDArray w) {
    double operations = 2.0 * ROWS * WIDTH * WIDTH * PRODUCTS;
    double best = 0;
    try {
      for (int round = 0; round < ROUNDS; round++) {
        double packing = seconds(script, kind, x, w, 0);
        double all = seconds(script, kind, x, w, PRODUCTS);
        best = Math.max(best, operations / Math.max(all - packing, Double.MIN_NORMAL));
      }
      return best;
    } catch (EngineException e) {
      return 0;
    }
  }

  private static double seconds(Script script, String kind, NDArray x, NDArray w, int products) {
    long start = System.nanoTime();
    try (IValue left = Script.value(x);
        IValue right = Script.value(w);
        IValue n = IValue.from((long) products);
        IValue product = script.call(kind, left, right, n)) {
      return product.isTensor() ? (System.nanoTime() - start) / 1e9 : 0;
    }
  }
}
