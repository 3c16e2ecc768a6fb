package dev.hone.model;

import java.util.List;
import java.util.Set;
import java.util.StringJoiner;

/**
 * Writes the network as TorchScript text. Serving and training run the same blocks; they differ in
 * where attention finds its keys and values.
 *
 * <p>The methods' lists: {@code w} holds the embedding, the last norm, the tables of positions, per
 * block what {@link BlockTensor} says, and the root of what a norm adds to a row's sum of squares;
 * {@code p} the other linear layers in the precision's own form; {@code a} an adapter's matrices, A
 * then B, block by block in the order of {@link LoraTarget}, and behind those of an {@link
 * AdapterMix} what it hides; {@code ks} and {@code vs} the cache, one tensor a block.
 */
final class NetworkSource {
  private static final String INT8_PACKED =
      "__torch__.torch.classes.quantized.LinearPackedParamsBase";

  /** Numbers in f32 that stay in a core's own cache while several are made of each. */
  private static final int CACHED = 1 << 19;

  /** Rows of logits that are widened at once, at most. */
  private static final int SLICE = 16;

  private final Architecture net;
  private final Precision precision;
  private final List<LoraTarget> targets;
  private final List<BlockTensor> tensors;
  private final Adapting adapting;
  private final String training;

  private NetworkSource(
      Architecture net,
      Precision precision,
      Set<LoraTarget> targets,
      Adapting adapting,
      String training) {
    this.net = net;
    this.precision = precision;
    this.targets = targets.stream().sorted().toList();
    this.tensors = BlockTensor.of(net.block(), precision);
    this.adapting = adapting;
    this.training = training;
  }

  static String of(Architecture net, Precision precision, Set<LoraTarget> targets) {
    return new NetworkSource(net, precision, targets, new Adapting.Plain(), "").text();
  }

  /** For an {@link AdapterMix} of adapters that change these targets. */
  static String mixed(Architecture net, Precision precision, Set<LoraTarget> targets) {
    return new NetworkSource(net, precision, targets, new Adapting.Mixed(), "").text();
  }

  /**
   * With passes that gradients flow through.
   *
   * @param targets that an adapter changes; none where all weights are trained
   */
  static String trained(
      Architecture net, Precision precision, Set<LoraTarget> targets, Adapting adapting) {
    String training = new TrainingSource(net, precision, targets.isEmpty(), adapting).text();
    return new NetworkSource(net, precision, targets, adapting, training).text();
  }

  private String text() {
    return HEADER
        .concat(linear())
        .concat(attending())
        .concat(new FamilySource(net, precision == Precision.BF16).text())
        .concat(before())
        .concat(after())
        .concat(adapting instanceof Adapting.Mixed ? NetworkPasses.MIXED : NetworkPasses.SAME)
        .concat(NetworkPasses.ATTENTION)
        .concat(NetworkPasses.DECODE)
        .concat(NetworkPasses.STEP)
        .concat(NetworkPasses.FULL)
        .concat(precision == Precision.BF16 ? NetworkPasses.PRODUCTS : NetworkPasses.FUSED)
        .concat(NetworkPasses.ANSWERS)
        .concat(NetworkPasses.CACHE)
        .concat(training)
        .replace("PACKED", packed())
        .replace("BYTES", INT8_PACKED)
        .replace("VOCABULARY", "" + net.vocabulary())
        .replace("HIDDEN", "" + net.hidden())
        .replace("LAYERS", "" + net.layers())
        .replace("QK_HEADS", "" + (net.heads() + net.kvHeads()))
        .replace("ALL_HEADS", "" + (net.heads() + 2 * net.kvHeads()))
        .replace("KV_HEADS", "" + net.kvHeads())
        .replace("HEADS", "" + net.heads())
        .replace("GROUP", "" + net.group())
        .replace("HALF", "" + net.headSize() / 2)
        .replace("SIZE", "" + net.headSize())
        .replace("FF", "" + net.feedForward())
        .replace("SHORT", "" + NetworkPasses.SHORT_GROUP)
        .replace("SCALE", "" + 1 / Math.sqrt(net.headSize()))
        .replace("EPSILON", "" + net.block().epsilon())
        .replace("SPAN", "" + net.span())
        .replace("FIRST", "" + (net.positions() instanceof Rope ? 4 : 3))
        .replace("PER_BLOCK", precision.widensQueryKeyValue() ? "3" : "4")
        .replace("ATTENTION_OUTPUT", precision.widensQueryKeyValue() ? "0" : "1")
        .replace("STRIDE", "" + tensors.size())
        .replace("TARGETS", "" + targets.size())
        .replace("WHOLE_CHUNK", "" + TrainableNetwork.TARGETS_AT_ONCE)
        .replace("CHUNK", "" + Network.TARGETS_AT_ONCE)
        .replace("SLICE", "" + Math.clamp(CACHED / net.vocabulary(), 1, SLICE));
  }

  /** The type of a packed matrix. */
  private String packed() {
    return switch (precision) {
      case F32, BF16, F32_PREPACKED, BF16_PREPACKED -> "Tensor";
      case INT8 -> INT8_PACKED;
      case INT4 -> "Tuple[Tensor, Tensor, List[" + INT8_PACKED + "]]";
    };
  }

  /** What a run of tokens attends in: its scores are products of matrices as large as a layer's. */
  private String attending() {
    String typed = precision.attendsRunsInBf16() ? "torch.to(x, 15)" : "x";
    return "  def attending(self: __torch__.M, x: Tensor) -> Tensor:\n    return %s\n"
        .formatted(typed);
  }

  private static final String HEADER =
      """
      class M(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
        def none(self: __torch__.M) -> List[PACKED]:
          return annotate(List[PACKED], [])
        def add(self: __torch__.M, out: List[PACKED], x: Tensor) -> int:
          _0 = torch.append(out, (self).pack(x))
          return torch.len(out)
        def addOutput(self: __torch__.M, out: List[PACKED], x: Tensor) -> int:
          _0 = torch.append(out, (self).packOutput(x))
          return torch.len(out)
      """;

  /**
   * How a weight is brought into the precision's form, and how it is applied. What comes out may be
   * bf16: it stays so up to where it is added to something.
   */
  private String linear() {
    String wide =
        """
          def packWide(self: __torch__.M, x: Tensor) -> Tensor:
            return ops.mkldnn._reorder_linear_weight(TYPED, 1)
          def wide(self: __torch__.M, x: Tensor, w: Tensor) -> Tensor:
            return APPLIED
        """;
    String same =
        """
          def pack(self: __torch__.M, x: Tensor) -> Tensor:
            return (self).packWide(x)
          def linear(self: __torch__.M, x: Tensor, w: Tensor) -> Tensor:
            return (self).wide(x, w)
        """;
    String sameOutput =
        """
          def packOutput(self: __torch__.M, x: Tensor) -> PACKED:
            return (self).pack(x)
          def output(self: __torch__.M, x: Tensor, w: PACKED) -> Tensor:
            return (self).linear(x, w)
        """;
    String pointwise =
        "ops.mkldnn._linear_pointwise(X, w, None, \"none\","
            + " annotate(List[Optional[number]], []), None)";
    return switch (precision) {
      case F32 ->
          """
            def packWide(self: __torch__.M, x: Tensor) -> Tensor:
              return x
            def wide(self: __torch__.M, x: Tensor, w: Tensor) -> Tensor:
              return torch.linear(x, w)
          """
              + same
              + sameOutput;
      case BF16 ->
          """
            def packWide(self: __torch__.M, x: Tensor) -> Tensor:
              return torch.to(x, 15)
            def pack(self: __torch__.M, x: Tensor) -> Tensor:
              return x
            def wide(self: __torch__.M, x: Tensor, w: Tensor) -> Tensor:
              return torch.linear(torch.to(x, 15), w)
            def linear(self: __torch__.M, x: Tensor, w: Tensor) -> Tensor:
              return (self).wide(x, w)
          """
              + sameOutput;
      case F32_PREPACKED ->
          wide.replace("TYPED", "x").replace("APPLIED", pointwise.replace("X", "x"))
              + same
              + sameOutput;
      case BF16_PREPACKED ->
          wide.replace("TYPED", "torch.to(x, 15)")
                  .replace("APPLIED", pointwise.replace("X", "torch.to(x, 15)"))
              + same
              + sameOutput;
      case INT8 ->
          wide.replace("TYPED", "x").replace("APPLIED", pointwise.replace("X", "x"))
              + INT8
              + """
                def pack(self: __torch__.M, x: Tensor) -> PACKED:
                  return (self).packBytes(x)
                def linear(self: __torch__.M, x: Tensor, w: PACKED) -> Tensor:
                  return (self).bytes(x, w)
              """
              + sameOutput;
      case INT4 -> INT8 + INT4;
    };
  }

  /**
   * Weights by output channel; activations with one scale for all rows, so each row is first
   * brought to the same largest entry. They have seven bits where eight would overflow.
   */
  private static final String INT8 =
      """
        def packBytes(self: __torch__.M, x: Tensor) -> BYTES:
          s = torch.clamp_min(torch.div(torch.amax(torch.abs(x), [1]), 127.), 1e-12)
          z = torch.zeros_like(s, dtype=4)
          q = torch.quantize_per_channel(x, s, z, 0, 12)
          return ops.quantized.linear_prepack(q, None)
        def bytes(self: __torch__.M, x: Tensor, w: BYTES) -> Tensor:
          if torch.eq(torch.size(x, 0), 1):
            y = ops.quantized.linear_dynamic(x, w, OVERFLOW)
          else:
            s = torch.clamp_min(torch.linalg_vector_norm(x, inf, [-1], True), 1e-12)
            y = torch.mul(ops.quantized.linear_dynamic(torch.div(x, s), w, OVERFLOW), s)
          return y
      """
          .replace("OVERFLOW", Cpu.current().overflowsBytes() ? "True" : "False");

  /**
   * A group of 32 lies on a grid of 16 values from its minimum up. Of the steps by which the group
   * spans 15 to 8 of them the one is taken that leaves the least error, so that values which came
   * from such a grid are found again, whether they reach its ends or not; scale and zero are then
   * rounded to bf16. The kernel counts from the grid's ninth value: (q - 8) * scale + zero.
   */
  private static final String INT4 =
      """
        def pack(self: __torch__.M, x: Tensor) -> PACKED:
          n = torch.size(x, 0)
          groups = torch.view(x, [n, -1, 32])
          low, high = torch.aminmax(groups, dim=-1, keepdim=True)
          span = torch.sub(high, low)
          scale = torch.clamp_min(torch.div(span, 15.), 1e-12)
          values = torch.round(torch.div(torch.sub(groups, low), scale))
          error = torch.amax(torch.abs(torch.sub(torch.add(torch.mul(values, scale), low), groups)), [2], True)
          if torch.gt(float(torch.max(torch.div(error, scale))), 0.001):
            for steps in range(14, 7, -1):
              otherScale = torch.clamp_min(torch.div(span, float(steps)), 1e-12)
              otherValues = torch.round(torch.div(torch.sub(groups, low), otherScale))
              otherError = torch.amax(torch.abs(torch.sub(torch.add(torch.mul(otherValues, otherScale), low), groups)), [2], True)
              better = torch.lt(otherError, torch.mul(error, 0.999))
              scale = torch.where(better, otherScale, scale)
              values = torch.where(better, otherValues, values)
              error = torch.where(better, otherError, error)
          zero = torch.add(low, torch.mul(scale, 8.))
          grid = torch.to(torch.contiguous(torch.transpose(torch.cat([scale, zero], 2), 0, 1)), 15)
          packed = torch._convert_weight_to_int4pack_for_cpu(torch.view(torch.to(values, 3), [n, -1]), 1)
          return (packed, grid, annotate(List[BYTES], []))
        def linear(self: __torch__.M, x: Tensor, w: PACKED) -> Tensor:
          values, grid, _0 = w
          return torch._weight_int4pack_mm_for_cpu(torch.to(x, 15), values, 32, grid)
        def packOutput(self: __torch__.M, x: Tensor) -> PACKED:
          none = torch.empty([0])
          return (none, none, [(self).packBytes(x)])
        def output(self: __torch__.M, x: Tensor, w: PACKED) -> Tensor:
          _0, _1, bytes = w
          return (self).bytes(x, bytes[0])
      """;

  /** The block up to attention: [rows, hidden] to heads [rows, heads + 2 kvHeads, headSize]. */
  private String before() {
    var text = new StringBuilder();
    text.append(
        """
          def before(self: __torch__.M, x: Tensor, i: int, w: List[Tensor], p: List[PACKED], a: List[Tensor], cos: Tensor, sin: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
            b = torch.add(FIRST, torch.mul(i, STRIDE))
            h = (self).norm(x, INPUT_NORM, w)
        """
            .replace("INPUT_NORM", tensor(BlockTensor.INPUT_NORM)));
    text.append(
        precision.widensQueryKeyValue()
            ? "    y = (self).wide(h, " + tensor(BlockTensor.QUERY_KEY_VALUE) + ")\n"
            : "    y = torch.to((self).linear(h, p[torch.mul(i, PER_BLOCK)]), 6)\n");
    text.append(
        biased(
            BlockTensor.QUERY_KEY_VALUE_BIAS,
            fused(
                List.of(LoraTarget.Q, LoraTarget.K, LoraTarget.V),
                List.of(net.queryWidth(), net.kvWidth(), net.kvWidth()),
                "p[torch.mul(i, PER_BLOCK)]")));
    text.append(
        """
            t = torch.view(y, [-1, ALL_HEADS, SIZE])
            parts = torch.split_with_sizes(t, [QK_HEADS, KV_HEADS], 1)
            qk = parts[0]
        """);
    if (net.block().headNorms()) {
      text.append("    qk = torch.mul(torch.rms_norm(qk, [SIZE], None, EPSILON), ")
          .append(tensor(BlockTensor.HEAD_NORMS))
          .append(")\n");
    }
    if (net.positions() instanceof Rope) {
      text.append("    qk = (self).rope(qk, cos, sin)\n");
    }
    text.append(
        """
            heads = torch.split_with_sizes(qk, [HEADS, KV_HEADS], 1)
            return (heads[0], heads[1], parts[1])
        """);
    return text.toString();
  }

  /** The block after attention: x [rows, hidden], y [rows, heads * headSize] to [rows, hidden]. */
  private String after() {
    var text = new StringBuilder();
    text.append(
        """
          def after(self: __torch__.M, x: Tensor, h: Tensor, i: int, w: List[Tensor], p: List[PACKED], a: List[Tensor]) -> Tensor:
            b = torch.add(FIRST, torch.mul(i, STRIDE))
            c = torch.add(torch.mul(i, PER_BLOCK), ATTENTION_OUTPUT)
            y = (self).linear(h, p[c])
        """);
    text.append(biased(BlockTensor.OUTPUT_BIAS, single(LoraTarget.O, "p[c]")));
    text.append(
        """
            x = torch.add(x, y)
            h = (self).norm(x, ATTENTION_NORM, w)
            y = (self).linear(h, p[torch.add(c, 1)])
        """
            .replace("ATTENTION_NORM", tensor(BlockTensor.ATTENTION_NORM)));
    text.append(
        biased(
            BlockTensor.EXPANSION_BIAS,
            fused(
                List.of(LoraTarget.GATE, LoraTarget.UP),
                List.of(net.feedForward(), net.feedForward()),
                "p[torch.add(c, 1)]")));
    text.append(
        switch (net.block().mlp()) {
          case GATED_SILU ->
              """
                  parts = torch.split_with_sizes(y, [FF, FF], -1)
                  h = torch.mul(torch.silu(parts[0]), parts[1])
              """;
          // An archive of version 3 has gelu without its approximation.
          case GELU_TANH ->
              """
                  t = torch.tanh(torch.mul(torch.add(y, torch.mul(torch.pow(y, 3), 0.044715)), 0.7978845608028654))
                  h = torch.mul(torch.mul(y, 0.5), torch.add(t, 1.))
              """;
        });
    text.append("    y = (self).linear(h, p[torch.add(c, 2)])\n");
    text.append(biased(BlockTensor.DOWN_BIAS, single(LoraTarget.DOWN, "p[torch.add(c, 2)]")));
    text.append("    return torch.add(x, y)\n");
    return text.toString();
  }

  /** One of the block's own in {@code w}. */
  private String tensor(BlockTensor which) {
    return "w[torch.add(b, %d)]".formatted(tensors.indexOf(which));
  }

  /** A product's bias and what an adapter changes; the lengths of rows do not count the bias. */
  private String biased(BlockTensor which, String change) {
    String bias = tensors.contains(which) ? "    y = torch.add(y, " + tensor(which) + ")\n" : "";
    return adapting instanceof Adapting.Magnitudes ? change.concat(bias) : bias.concat(change);
  }

  private String single(LoraTarget target, String weights) {
    return targets.contains(target) ? "    y = " + changed(target, "y", weights) + "\n" : "";
  }

  /**
   * @param weights that the product is of
   */
  private String changed(LoraTarget target, String product, String weights) {
    return switch (adapting) {
      case Adapting.Plain _, Adapting.Mixed _, Adapting.Dropping _ ->
          "torch.add(%s, %s)".formatted(product, delta(target));
      case Adapting.Magnitudes _ ->
          "(self).turned(%s, %s, %s, %s, %s, %s)"
              .formatted(
                  product, delta(target), of(target, 0), of(target, 1), of(target, 2), weights);
    };
  }

  /** What each adapter changes of its own part of a product whose layers are stored as one. */
  private String fused(List<LoraTarget> parts, List<Integer> widths, String weights) {
    if (parts.stream().noneMatch(targets::contains)) {
      return "";
    }
    return adapting instanceof Adapting.Magnitudes
        ? turned(parts, widths, weights)
        : added(parts, widths);
  }

  /** One sum for all parts: on the way back the product's own gradient is the sum's. */
  private String added(List<LoraTarget> parts, List<Integer> widths) {
    var changes = new StringJoiner(", ", "    y = torch.add(y, torch.cat([", "], -1))\n");
    for (int i = 0; i < parts.size(); i++) {
      changes.add(
          targets.contains(parts.get(i))
              ? delta(parts.get(i))
              : "torch.new_zeros(h, [torch.size(h, 0), %d])".formatted(widths.get(i)));
    }
    return changes.toString();
  }

  /**
   * Splitting runs back as one concatenation; views would each fill a whole gradient with zeros.
   */
  private String turned(List<LoraTarget> parts, List<Integer> widths, String weights) {
    var all = new StringJoiner(", ", "    y = torch.cat([", "], -1)\n");
    int start = 0;
    for (int i = 0; i < parts.size(); i++) {
      String part = "parts[" + i + "]";
      String own = "torch.narrow(%s, 0, %d, %d)".formatted(weights, start, widths.get(i));
      all.add(targets.contains(parts.get(i)) ? changed(parts.get(i), part, own) : part);
      start += widths.get(i);
    }
    return "    parts = torch.split_with_sizes(y, %s, -1)\n%s".formatted(widths, all);
  }

  private String delta(LoraTarget target) {
    String a = of(target, 0);
    String own =
        switch (adapting) {
          case Adapting.Plain _, Adapting.Magnitudes _ -> low("torch.to(h, 6)", a);
          // Filled and not multiplied: what overflows for one row's adapter stays out of another's.
          case Adapting.Mixed _ ->
              "torch.masked_fill_(%s, a[-1], 0)".formatted(low("torch.to(h, 6)", a));
          case Adapting.Dropping _ ->
              low("(self).dropped(torch.to(h, 6), a[-1], %s)".formatted(place(target)), a);
        };
    return "torch.linear(%s, %s)".formatted(own, of(target, 1));
  }

  private static String low(String input, String a) {
    return "torch.linear(%s, %s)".formatted(input, a);
  }

  /** One of a target's own in {@code a}. */
  private String of(LoraTarget target, int which) {
    int each = adapting instanceof Adapting.Magnitudes ? 3 : 2;
    int first = each * targets.indexOf(target);
    return "a[torch.add(torch.mul(i, %d), %d)]".formatted(each * targets.size(), first + which);
  }

  /** Of a target among all targets of all blocks. */
  private String place(LoraTarget target) {
    return "torch.add(torch.mul(i, %d), %d)".formatted(targets.size(), targets.indexOf(target));
  }
}
