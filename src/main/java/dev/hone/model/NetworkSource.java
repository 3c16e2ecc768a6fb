package dev.hone.model;

import java.util.List;
import java.util.Set;

/**
 * Writes the network as TorchScript text. Serving and training run the same blocks; they differ in
 * where attention finds its keys and values.
 *
 * <p>The methods' lists: {@code w} holds the embedding, the last norm, the rotary tables and per
 * block what {@link Weights} says; {@code p} the other linear layers in the precision's own form;
 * {@code a} an adapter's matrices, A then B, block by block in the order of {@link LoraTarget};
 * {@code ks} and {@code vs} the cache, one tensor a block.
 */
final class NetworkSource {
  private static final String PACKED = "__torch__.torch.classes.quantized.LinearPackedParamsBase";

  private final Architecture net;
  private final Precision precision;
  private final List<LoraTarget> targets;

  private NetworkSource(Architecture net, Precision precision, Set<LoraTarget> targets) {
    this.net = net;
    this.precision = precision;
    this.targets = targets.stream().sorted().toList();
  }

  static String of(Architecture net, Precision precision, Set<LoraTarget> targets) {
    return new NetworkSource(net, precision, targets).text();
  }

  private String text() {
    return HEADER
        .concat(linear())
        .concat(NORM_AND_ROPE)
        .concat(before())
        .concat(after())
        .concat(DECODE)
        .concat(PREFILL)
        .concat(FULL)
        .concat(ANSWERS)
        .concat(CACHE)
        .replace("PACKED", precision == Precision.INT8 ? PACKED : "Tensor")
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
        .replace("SCALE", "" + 1 / Math.sqrt(net.headSize()))
        .replace("EPSILON", "" + net.rmsEpsilon())
        .replace("FIRST", "" + Weights.SHARED)
        .replace("STRIDE", "" + Weights.perBlock(net));
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
      """;

  /** How a weight is brought into the precision's form, and how it is applied. */
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
              + same;
      case BF16 ->
          """
            def packWide(self: __torch__.M, x: Tensor) -> Tensor:
              return torch.to(x, 15)
            def pack(self: __torch__.M, x: Tensor) -> Tensor:
              return x
            def wide(self: __torch__.M, x: Tensor, w: Tensor) -> Tensor:
              return torch.to(torch.linear(torch.to(x, 15), w), 6)
            def linear(self: __torch__.M, x: Tensor, w: Tensor) -> Tensor:
              return (self).wide(x, w)
          """;
      case F32_PREPACKED ->
          wide.replace("TYPED", "x").replace("APPLIED", pointwise.replace("X", "x")) + same;
      case BF16_PREPACKED ->
          wide.replace("TYPED", "torch.to(x, 15)")
                  .replace(
                      "APPLIED", "torch.to(" + pointwise.replace("X", "torch.to(x, 15)") + ", 6)")
              + same;
      case INT8 ->
          wide.replace("TYPED", "x").replace("APPLIED", pointwise.replace("X", "x"))
              + """
                def pack(self: __torch__.M, x: Tensor) -> PACKED:
                  s = torch.clamp_min(torch.div(torch.amax(torch.abs(x), [1]), 127.), 1e-12)
                  z = torch.zeros_like(s, dtype=4)
                  q = torch.quantize_per_channel(x, s, z, 0, 12)
                  return ops.quantized.linear_prepack(q, None)
                def linear(self: __torch__.M, x: Tensor, w: PACKED) -> Tensor:
                  s = torch.clamp_min(torch.amax(torch.abs(x), [-1], True), 1e-12)
                  y = ops.quantized.linear_dynamic(torch.div(x, s), w)
                  return torch.mul(y, s)
              """;
    };
  }

  private static final String NORM_AND_ROPE =
      """
        def norm(self: __torch__.M, x: Tensor, w: Tensor) -> Tensor:
          return torch.rms_norm(x, [HIDDEN], w, EPSILON)
        def rope(self: __torch__.M, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
          return torch.addcmul(torch.mul(x, cos), torch.roll(x, [HALF], [-1]), sin)
        def logitsOf(self: __torch__.M, x: Tensor, w: List[Tensor], p: List[PACKED]) -> Tensor:
          return (self).linear((self).norm(x, w[1]), p[-1])
      """;

  /** The block up to attention: [rows, hidden] to heads [rows, heads + 2 kvHeads, headSize]. */
  private String before() {
    var text = new StringBuilder();
    text.append(
        """
          def before(self: __torch__.M, x: Tensor, i: int, w: List[Tensor], p: List[PACKED], a: List[Tensor], cos: Tensor, sin: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
            b = torch.add(FIRST, torch.mul(i, STRIDE))
            h = (self).norm(x, w[b])
            y = (self).wide(h, w[torch.add(b, 2)])
        """);
    if (net.attentionBias()) {
      text.append("    y = torch.add(y, w[torch.add(b, 3)])\n");
    }
    text.append(
        fused(
            List.of(LoraTarget.Q, LoraTarget.K, LoraTarget.V),
            List.of(net.queryWidth(), net.kvWidth(), net.kvWidth())));
    text.append(
        """
            t = torch.view(y, [-1, ALL_HEADS, SIZE])
            parts = torch.split_with_sizes(t, [QK_HEADS, KV_HEADS], 1)
            qk = torch.split_with_sizes((self).rope(parts[0], cos, sin), [HEADS, KV_HEADS], 1)
            return (qk[0], qk[1], parts[1])
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
            c = torch.mul(i, 3)
            y = (self).linear(h, p[c])
        """);
    if (net.attentionBias()) {
      text.append("    y = torch.add(y, w[torch.add(b, 4)])\n");
    }
    text.append(single(LoraTarget.O));
    text.append(
        """
            x = torch.add(x, y)
            h = (self).norm(x, w[torch.add(b, 1)])
            y = (self).linear(h, p[torch.add(c, 1)])
        """);
    int mlpBias = net.attentionBias() ? 5 : 3;
    if (net.mlpBias()) {
      text.append("    y = torch.add(y, w[torch.add(b, %d)])\n".formatted(mlpBias));
    }
    text.append(
        fused(
            List.of(LoraTarget.GATE, LoraTarget.UP),
            List.of(net.feedForward(), net.feedForward())));
    text.append(
        """
            parts = torch.split_with_sizes(y, [FF, FF], -1)
            h = torch.mul(torch.silu(parts[0]), parts[1])
            y = (self).linear(h, p[torch.add(c, 2)])
        """);
    if (net.mlpBias()) {
      text.append("    y = torch.add(y, w[torch.add(b, %d)])\n".formatted(mlpBias + 1));
    }
    text.append(single(LoraTarget.DOWN));
    text.append("    return torch.add(x, y)\n");
    return text.toString();
  }

  private String single(LoraTarget target) {
    return targets.contains(target) ? "    y = torch.add(y, " + delta(target) + ")\n" : "";
  }

  /**
   * Adds each adapter to its own part of a product whose layers are stored as one. Splitting runs
   * back as one concatenation; a view of each part would fill a whole gradient with zeros.
   */
  private String fused(List<LoraTarget> parts, List<Integer> widths) {
    if (parts.stream().noneMatch(targets::contains)) {
      return "";
    }
    var text = new StringBuilder("    parts = torch.split_with_sizes(y, " + widths + ", -1)\n");
    text.append("    y = torch.cat([");
    for (int i = 0; i < parts.size(); i++) {
      String part = "parts[" + i + "]";
      text.append(i == 0 ? "" : ", ")
          .append(
              targets.contains(parts.get(i))
                  ? "torch.add(" + part + ", " + delta(parts.get(i)) + ")"
                  : part);
    }
    return text.append("], -1)\n").toString();
  }

  private String delta(LoraTarget target) {
    String a = "torch.add(torch.mul(i, %d), %d)".formatted(2 * targets.size(), at(target));
    String b = "torch.add(torch.mul(i, %d), %d)".formatted(2 * targets.size(), at(target) + 1);
    return "torch.linear(torch.linear(h, a[%s]), a[%s])".formatted(a, b);
  }

  private int at(LoraTarget target) {
    return 2 * targets.indexOf(target);
  }

  /** One token for each of the first n slots. Keys are [slots, kvHeads, headSize, positions]. */
  private static final String DECODE =
      """
        def decode(self: __torch__.M, w: List[Tensor], p: List[PACKED], a: List[Tensor], ks: List[Tensor], vs: List[Tensor], tokens: Tensor, positions: Tensor, length: int) -> Tensor:
          n = torch.size(tokens, 0)
          m = torch.mul(n, KV_HEADS)
          x = torch.embedding(w[0], tokens)
          cos = torch.unsqueeze(torch.index_select(w[2], 0, positions), 1)
          sin = torch.unsqueeze(torch.index_select(w[3], 0, positions), 1)
          slots = torch.arange(n, dtype=4, device=ops.prim.device(tokens))
          ahead = torch.gt(torch.arange(length, dtype=4, device=ops.prim.device(tokens)), torch.unsqueeze(positions, 1))
          hidden = torch.masked_fill(torch.zeros_like(ahead, dtype=6), ahead, -inf)
          mask = torch.view(torch.contiguous(torch.expand(torch.unsqueeze(hidden, 1), [n, KV_HEADS, length])), [m, 1, length])
          for i in range(LAYERS):
            q, k, v = (self).before(x, i, w, p, a, cos, sin)
            _1 = torch.index_put_(ks[i], annotate(List[Optional[Tensor]], [slots, None, None, positions]), k)
            _2 = torch.index_put_(vs[i], annotate(List[Optional[Tensor]], [slots, None, positions]), v)
            keys = torch.narrow(torch.flatten(torch.narrow(ks[i], 0, 0, n), 0, 1), 2, 0, length)
            values = torch.narrow(torch.flatten(torch.narrow(vs[i], 0, 0, n), 0, 1), 1, 0, length)
            scores = torch.baddbmm(mask, torch.reshape(q, [m, GROUP, SIZE]), keys, beta=1, alpha=SCALE)
            y = torch.bmm(torch.softmax(scores, -1), values)
            x = (self).after(x, torch.reshape(y, [n, -1]), i, w, p, a)
          return (self).logitsOf(x, w, p)
      """;

  /** A run of tokens for one slot; logits after the last. */
  private static final String PREFILL =
      """
        def spread(self: __torch__.M, x: Tensor) -> Tensor:
          s = torch.size(x)
          y = torch.expand(torch.unsqueeze(x, 2), [s[0], s[1], GROUP, s[2], s[3]])
          return torch.flatten(y, 1, 2)
        def prefill(self: __torch__.M, w: List[Tensor], p: List[PACKED], a: List[Tensor], ks: List[Tensor], vs: List[Tensor], tokens: Tensor, slot: int, start: int) -> Tensor:
          n = torch.size(tokens, 0)
          length = torch.add(start, n)
          x = torch.embedding(w[0], tokens)
          cos = torch.unsqueeze(torch.narrow(w[2], 0, start, n), 1)
          sin = torch.unsqueeze(torch.narrow(w[3], 0, start, n), 1)
          seen = torch.tril(torch.ones([n, length], dtype=11, device=ops.prim.device(tokens)), start)
          for i in range(LAYERS):
            q, k, v = (self).before(x, i, w, p, a, cos, sin)
            cachedKeys = torch.narrow(torch.select(ks[i], 0, slot), 2, 0, length)
            cachedValues = torch.narrow(torch.select(vs[i], 0, slot), 1, 0, length)
            _1 = torch.copy_(torch.narrow(cachedKeys, 2, start, n), torch.permute(k, [1, 2, 0]))
            _2 = torch.copy_(torch.narrow(cachedValues, 1, start, n), torch.transpose(v, 0, 1))
            queries = torch.unsqueeze(torch.transpose(q, 0, 1), 0)
            if torch.eq(start, 0):
              keys = (self).spread(torch.unsqueeze(torch.transpose(k, 0, 1), 0))
              values = (self).spread(torch.unsqueeze(torch.transpose(v, 0, 1), 0))
              y = torch.scaled_dot_product_attention(queries, keys, values, None, 0., True)
            else:
              keys = (self).spread(torch.unsqueeze(torch.transpose(cachedKeys, 1, 2), 0))
              values = (self).spread(torch.unsqueeze(cachedValues, 0))
              y = torch.scaled_dot_product_attention(queries, keys, values, seen, 0., False)
            y = torch.reshape(torch.permute(torch.squeeze(y, 0), [1, 0, 2]), [n, -1])
            x = (self).after(x, y, i, w, p, a)
          return (self).logitsOf(torch.narrow(x, 0, -1, 1), w, p)
      """;

  /** Whole sequences without a cache; a row's padding comes after its tokens and is not seen. */
  private static final String FULL =
      """
        def full(self: __torch__.M, w: List[Tensor], p: List[PACKED], a: List[Tensor], tokens: Tensor) -> Tensor:
          n, s = torch.size(tokens)
          x = torch.embedding(w[0], torch.flatten(tokens))
          cos = torch.unsqueeze(torch.repeat(torch.narrow(w[2], 0, 0, s), [n, 1]), 1)
          sin = torch.unsqueeze(torch.repeat(torch.narrow(w[3], 0, 0, s), [n, 1]), 1)
          for i in range(LAYERS):
            q, k, v = (self).before(x, i, w, p, a, cos, sin)
            queries = torch.transpose(torch.reshape(q, [n, s, HEADS, SIZE]), 1, 2)
            keys = (self).spread(torch.transpose(torch.reshape(k, [n, s, KV_HEADS, SIZE]), 1, 2))
            values = (self).spread(torch.transpose(torch.reshape(v, [n, s, KV_HEADS, SIZE]), 1, 2))
            y = torch.scaled_dot_product_attention(queries, keys, values, None, 0., True)
            x = (self).after(x, torch.reshape(torch.transpose(y, 1, 2), [torch.mul(n, s), -1]), i, w, p, a)
          return torch.view((self).logitsOf(x, w, p), [n, s, VOCABULARY])
        def logProbs(self: __torch__.M, w: List[Tensor], p: List[PACKED], a: List[Tensor], tokens: Tensor) -> Tensor:
          n, s = torch.size(tokens)
          logits = torch.narrow((self).full(w, p, a, tokens), 1, 0, torch.sub(s, 1))
          targets = torch.narrow(tokens, 1, 1, torch.sub(s, 1))
          losses = torch.cross_entropy_loss(torch.transpose(logits, 1, 2), targets, None, 0)
          return torch.neg(losses)
      """;

  /**
   * Prompts with answers that branch off, as {@link AnswerBatch} lays them out: {@code groups} are
   * their lengths, {@code rows} those that predict. Attention runs group by group; the last block's
   * second half runs on predicting rows only.
   */
  private static final String ANSWERS =
      """
        def masks(self: __torch__.M, branches: Tensor, groups: Tensor) -> List[Tensor]:
          out = annotate(List[Tensor], [])
          start = 0
          for g in range(torch.size(groups, 0)):
            n = int(torch.select(groups, 0, g))
            own = torch.narrow(branches, 0, start, n)
            other = torch.logical_and(torch.ne(torch.unsqueeze(own, 0), 0), torch.ne(torch.unsqueeze(own, 0), torch.unsqueeze(own, 1)))
            hidden = torch.logical_or(other, torch.triu(torch.ones_like(other), 1))
            _1 = torch.append(out, torch.masked_fill(torch.zeros_like(hidden, dtype=6), hidden, -inf))
            start = torch.add(start, n)
          return out
        def heads(self: __torch__.M, x: Tensor) -> Tensor:
          return torch.unsqueeze(torch.transpose(x, 0, 1), 0)
        def states(self: __torch__.M, w: List[Tensor], p: List[PACKED], a: List[Tensor], tokens: Tensor, positions: Tensor, branches: Tensor, groups: Tensor, rows: Tensor) -> Tensor:
          masks = (self).masks(branches, groups)
          sizes = annotate(List[int], [])
          for g in range(torch.len(masks)):
            _1 = torch.append(sizes, torch.size(masks[g], 0))
          x = torch.embedding(w[0], tokens)
          cos = torch.unsqueeze(torch.index_select(w[2], 0, positions), 1)
          sin = torch.unsqueeze(torch.index_select(w[3], 0, positions), 1)
          for i in range(LAYERS):
            q, k, v = (self).before(x, i, w, p, a, cos, sin)
            qs = torch.split_with_sizes(q, sizes)
            ks = torch.split_with_sizes(k, sizes)
            vs = torch.split_with_sizes(v, sizes)
            ys = annotate(List[Tensor], [])
            for g in range(torch.len(masks)):
              keys = (self).spread((self).heads(ks[g]))
              values = (self).spread((self).heads(vs[g]))
              y = torch.scaled_dot_product_attention((self).heads(qs[g]), keys, values, masks[g], 0., False)
              _2 = torch.append(ys, torch.flatten(torch.transpose(torch.squeeze(y, 0), 0, 1), 1))
            y = torch.cat(ys)
            if torch.eq(i, torch.sub(LAYERS, 1)):
              x = (self).after(torch.index_select(x, 0, rows), torch.index_select(y, 0, rows), i, w, p, a)
            else:
              x = (self).after(x, y, i, w, p, a)
          return x
        def answers(self: __torch__.M, w: List[Tensor], p: List[PACKED], a: List[Tensor], tokens: Tensor, positions: Tensor, branches: Tensor, groups: Tensor, rows: Tensor, targets: Tensor) -> Tensor:
          states = (self).states(w, p, a, tokens, positions, branches, groups, rows)
          return torch.neg(torch.cross_entropy_loss((self).logitsOf(states, w, p), targets, None, 0))
        def trained(self: __torch__.M, w: List[Tensor], p: List[PACKED], a: List[Tensor], scale: Tensor, tokens: Tensor, positions: Tensor, branches: Tensor, groups: Tensor, rows: Tensor, targets: Tensor) -> Tensor:
          scaled = annotate(List[Tensor], [])
          for i in range(torch.floordiv(torch.len(a), 2)):
            _1 = torch.append(scaled, a[torch.mul(i, 2)])
            _2 = torch.append(scaled, torch.mul(a[torch.add(torch.mul(i, 2), 1)], scale))
          return (self).answers(w, p, scaled, tokens, positions, branches, groups, rows, targets)
        def compare(self: __torch__.M, w: List[Tensor], p: List[PACKED], policy: Tensor, reference: Tensor, targets: Tensor) -> Tensor:
          out = annotate(List[Tensor], [])
          for start in range(0, torch.size(policy, 0), 64):
            n = ops.prim.min([64, torch.sub(torch.size(policy, 0), start)])
            x = torch.log_softmax((self).logitsOf(torch.narrow(policy, 0, start, n), w, p), -1)
            y = torch.log_softmax((self).logitsOf(torch.narrow(reference, 0, start, n), w, p), -1)
            t = torch.unsqueeze(torch.narrow(targets, 0, start, n), 1)
            kl = torch.sum(torch.mul(torch.exp(x), torch.sub(x, y)), [-1], True)
            _1 = torch.append(out, torch.cat([torch.gather(x, 1, t), torch.gather(y, 1, t), kl], 1))
          return torch.cat(out)
      """;

  /** The cache's own care: another size, and one slot's contents into another. */
  private static final String CACHE =
      """
        def resizedKeys(self: __torch__.M, old: List[Tensor], slots: int, positions: int, keptSlots: int, keptPositions: int) -> List[Tensor]:
          out = annotate(List[Tensor], [])
          for i in range(LAYERS):
            x = torch.zeros([slots, KV_HEADS, SIZE, positions])
            if torch.gt(keptSlots, 0):
              kept = torch.narrow(torch.narrow(old[i], 0, 0, keptSlots), 3, 0, keptPositions)
              _1 = torch.copy_(torch.narrow(torch.narrow(x, 0, 0, keptSlots), 3, 0, keptPositions), kept)
            _2 = torch.append(out, x)
          return out
        def resizedValues(self: __torch__.M, old: List[Tensor], slots: int, positions: int, keptSlots: int, keptPositions: int) -> List[Tensor]:
          out = annotate(List[Tensor], [])
          for i in range(LAYERS):
            x = torch.zeros([slots, KV_HEADS, positions, SIZE])
            if torch.gt(keptSlots, 0):
              kept = torch.narrow(torch.narrow(old[i], 0, 0, keptSlots), 2, 0, keptPositions)
              _1 = torch.copy_(torch.narrow(torch.narrow(x, 0, 0, keptSlots), 2, 0, keptPositions), kept)
            _2 = torch.append(out, x)
          return out
        def move(self: __torch__.M, ks: List[Tensor], vs: List[Tensor], source: int, target: int, length: int) -> int:
          for i in range(LAYERS):
            _1 = torch.copy_(torch.narrow(torch.select(ks[i], 0, target), 2, 0, length), torch.narrow(torch.select(ks[i], 0, source), 2, 0, length))
            _2 = torch.copy_(torch.narrow(torch.select(vs[i], 0, target), 1, 0, length), torch.narrow(torch.select(vs[i], 0, source), 1, 0, length))
          return length
      """;
}
