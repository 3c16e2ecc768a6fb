package dev.hone.model;

import java.util.List;

/**
 * Writes the passes that gradients flow through, as TorchScript text. They take what is trained as
 * it is, and make of it here what the blocks take: of an adapter B is multiplied by {@code scale};
 * of all weights the norms are in the file's own numbers, and the matrices in f32. {@code drop}
 * holds a seed where something is to be left out, and nothing otherwise.
 *
 * @param whole whether all weights are trained, and no adapter
 */
record TrainingSource(Architecture net, Precision precision, boolean whole, Adapting adapting) {
  String text() {
    return own().concat(adapters()).concat(grown()).concat(typed()).concat(PASSES).concat(ENDS);
  }

  private static final String PASSES =
      """
        def trainedStates(self: __torch__.M, w: List[Tensor], p: List[PACKED], a: List[Tensor], scale: Tensor, drop: Tensor, tokens: Tensor, positions: Tensor, branches: Tensor, groups: Tensor, rows: Tensor) -> Tensor:
          return (self).states((self).grown(w), (self).typed(p, 0, torch.mul(LAYERS, PER_BLOCK)), (self).adapters(a, scale, drop, 0, LAYERS), tokens, positions, branches, groups, rows)
        def trainedMasks(self: __torch__.M, branches: Tensor, positions: Tensor, groups: Tensor) -> List[Tensor]:
          return (self).masks(branches, positions, groups)
        def trainedEntry(self: __torch__.M, w: List[Tensor], tokens: Tensor, positions: Tensor) -> Tensor:
          x, cos, sin = (self).enter(w, tokens, positions)
          return x
        def trainedBlock(self: __torch__.M, w: List[Tensor], p: List[PACKED], a: List[Tensor], scale: Tensor, drop: Tensor, masks: List[Tensor], tokens: Tensor, positions: Tensor, rows: Tensor, x: Tensor, index: Tensor) -> Tensor:
          i = int(index)
          first = torch.mul(i, PER_BLOCK)
          _0, cos, sin = (self).enter(w, tokens, positions)
          return (self).block((self).grown(w), (self).typed(p, first, torch.add(first, PER_BLOCK)), (self).adapters(a, scale, drop, i, torch.add(i, 1)), x, cos, sin, i, masks, rows)
      """;

  /**
   * What is made of states, and its derivatives by what the output layer reads: of a
   * log-probability by the logits (target - p) / T, of an entropy H -p (log p + H) / T. A frozen
   * output layer's are taken on the way forward; a trained one's when the slopes are known, and
   * with them those by its matrix, over more targets at once: each product makes a whole matrix.
   */
  private static final String ENDS =
      """
        def trainedSaid(self: __torch__.M, w: List[Tensor], p: List[PACKED], states: Tensor, targets: Tensor, temperature: Tensor, telling: Tensor) -> Tensor:
          n = torch.len(p)
          return (self).said((self).grown(w), (self).typed(p, torch.sub(n, 1), n), states, targets, temperature, bool(telling))
        def trainedNormed(self: __torch__.M, w: List[Tensor], states: Tensor) -> Tensor:
          g = (self).grown(w)
          return (self).norm(states, g[1], g)
        def byLogits(self: __torch__.M, p: Tensor, targets: Tensor, temperature: float) -> Tensor:
          at = torch.unsqueeze(targets, 1)
          slopes = torch.mul(p, torch.neg(torch.div(1., temperature)))
          return torch.scatter_add_(slopes, 1, at, torch.full_like(at, torch.div(1., temperature), dtype=6))
        def entropyByLogits(self: __torch__.M, x: Tensor, p: Tensor, entropies: Tensor, temperature: float) -> Tensor:
          above = torch.add(x, torch.unsqueeze(entropies, 1))
          return torch.mul(torch.mul(p, above), torch.neg(torch.div(1., temperature)))
        def trainedSlopes(self: __torch__.M, w: List[Tensor], p: List[PACKED], states: Tensor, targets: Tensor, temperature: Tensor, telling: Tensor) -> Tuple[Tensor, Tensor]:
          out = annotate(List[Tensor], [])
          slopes = annotate(List[Tensor], [])
          entropySlopes = annotate(List[Tensor], [])
          t = float(temperature)
          tells = bool(telling)
          learnt = torch.gt(int(telling), 1)
          entering = torch.requires_grad_(torch.detach(states), True)
          normed = (self).norm(entering, w[1], w)
          h = torch.detach(normed)
          for start in range(0, torch.size(h, 0), CHUNK):
            n = ops.prim.min([CHUNK, torch.sub(torch.size(h, 0), start)])
            logits = (self).output(torch.narrow(h, 0, start, n), p[-1])
            if learnt:
              ofEntropy = torch.empty_like(logits)
            else:
              ofEntropy = logits
            for row in range(0, n, SLICE):
              m = ops.prim.min([SLICE, torch.sub(n, row)])
              own = torch.narrow(logits, 0, row, m)
              at = torch.narrow(targets, 0, torch.add(start, row), m)
              x = (self).logProbsAt(own, t)
              probabilities = torch.exp(x)
              if tells:
                y = (self).told(x, probabilities, at)
              else:
                y = (self).chosen(x, at)
              _1 = torch.append(out, y)
              _2 = torch.copy_(own, (self).byLogits(probabilities, at, t))
              if learnt:
                _3 = torch.copy_(torch.narrow(ofEntropy, 0, row, m), (self).entropyByLogits(x, probabilities, torch.select(y, 0, 1), t))
            _4 = torch.append(slopes, torch.to(torch.matmul(logits, p[-1]), 6))
            if learnt:
              _5 = torch.append(entropySlopes, torch.to(torch.matmul(ofEntropy, p[-1]), 6))
          byNormed = [torch.cat(slopes)]
          if learnt:
            _6 = torch.append(byNormed, torch.cat(entropySlopes))
          byStates = annotate(List[Tensor], [])
          for k in range(torch.len(byNormed)):
            by = torch.grad([normed], [entering], annotate(List[Optional[Tensor]], [byNormed[k]]), torch.lt(torch.add(k, 1), torch.len(byNormed)))
            _7 = torch.append(byStates, unchecked_cast(Tensor, by[0]))
          return (torch.cat(out, 1), torch.stack(byStates))
        def trainedBack(self: __torch__.M, p: List[PACKED], normed: Tensor, targets: Tensor, temperature: Tensor, telling: Tensor, slopes: Tensor) -> Tuple[Tensor, Tensor]:
          t = float(temperature)
          learnt = torch.gt(int(telling), 1)
          weights = (self).typed(p, torch.sub(torch.len(p), 1), torch.len(p))[-1]
          byWeights = torch.zeros_like(weights, dtype=6)
          byNormed = annotate(List[Tensor], [])
          for start in range(0, torch.size(normed, 0), WHOLE_CHUNK):
            n = ops.prim.min([WHOLE_CHUNK, torch.sub(torch.size(normed, 0), start)])
            h = torch.to(torch.narrow(normed, 0, start, n), ops.prim.dtype(weights))
            logits = (self).output(h, weights)
            for row in range(0, n, SLICE):
              m = ops.prim.min([SLICE, torch.sub(n, row)])
              own = torch.narrow(logits, 0, row, m)
              first = torch.add(start, row)
              at = torch.narrow(targets, 0, first, m)
              s = torch.unsqueeze(torch.narrow(slopes, 1, first, m), 2)
              x = (self).logProbsAt(own, t)
              probabilities = torch.exp(x)
              by = torch.mul((self).byLogits(probabilities, at, t), s[0])
              if learnt:
                ofEntropies = (self).entropyByLogits(x, probabilities, (self).entropiesOf(x, probabilities), t)
                by = torch.add(by, torch.mul(ofEntropies, s[1]))
              _1 = torch.copy_(own, by)
            _2 = torch.append(byNormed, torch.to(torch.matmul(logits, weights), 6))
            _3 = torch.add_(byWeights, torch.matmul(torch.t(logits), h))
          return (torch.cat(byNormed), byWeights)
        def trainedValues(self: __torch__.M, w: List[Tensor], states: Tensor, head: Tensor) -> Tensor:
          return torch.transpose(torch.linear((self).trainedNormed(w, states), head), 0, 1)
      """;

  /** An adapter's matrices as blocks take them, of blocks from the first to before the end. */
  private String adapters() {
    if (whole) {
      return """
        def adapters(self: __torch__.M, a: List[Tensor], scale: Tensor, drop: Tensor, first: int, end: int) -> List[Tensor]:
          return a
      """;
    }
    return """
      def adapters(self: __torch__.M, a: List[Tensor], scale: Tensor, drop: Tensor, first: int, end: int) -> List[Tensor]:
        out = torch.list(a)
        for t in range(torch.mul(first, TARGETS), torch.mul(end, TARGETS)):
          b = torch.add(torch.mul(t, EACH), 1)
          _1 = torch._set_item(out, b, torch.mul(a[b], scale))
        LAST
    """
        .replace("EACH", adapting instanceof Adapting.Magnitudes ? "3" : "2")
        .replace(
            "LAST",
            adapting instanceof Adapting.Dropping
                ? "_2 = torch.append(out, drop)\n    return out"
                : "return out");
  }

  /** What lies in {@code w} in the file's numbers as the blocks take it. */
  private String grown() {
    if (!whole) {
      return """
        def grown(self: __torch__.M, w: List[Tensor]) -> List[Tensor]:
          return w
      """;
    }
    var text = new StringBuilder();
    text.append(
        """
          def raised(self: __torch__.M, g: Tensor) -> Tensor:
            return torch.mul(g, ROOT)
          def perHead(self: __torch__.M, g: Tensor) -> Tensor:
            both = torch.view(g, [2, SIZE])
            return torch.cat([torch.expand(torch.narrow(both, 0, 0, 1), [HEADS, SIZE]), torch.expand(torch.narrow(both, 0, 1, 1), [KV_HEADS, SIZE])])
          def grown(self: __torch__.M, w: List[Tensor]) -> List[Tensor]:
            out = torch.list(w)
            _0 = torch._set_item(out, 1, (self).raised(w[1]))
            for i in range(LAYERS):
              b = torch.add(FIRST, torch.mul(i, STRIDE))
        """
            .replace("ROOT", "" + Math.sqrt(net.hidden())));
    List<BlockTensor> tensors = BlockTensor.of(net.block(), precision);
    for (int i = 0; i < tensors.size(); i++) {
      String made =
          switch (tensors.get(i)) {
            case INPUT_NORM, ATTENTION_NORM -> "raised";
            case HEAD_NORMS -> "perHead";
            case QUERY_KEY_VALUE, QUERY_KEY_VALUE_BIAS, OUTPUT_BIAS, EXPANSION_BIAS, DOWN_BIAS ->
                "";
          };
      if (!made.isEmpty()) {
        text.append("      at%d = torch.add(b, %d)\n".formatted(i, i))
            .append(
                "      _1 = torch._set_item(out, at%d, (self).%s(w[at%d]))\n"
                    .formatted(i, made, i));
      }
    }
    return text.append("    return out\n").toString();
  }

  /** Some of the matrices in what is computed in. */
  private String typed() {
    return whole && precision == Precision.BF16
        ? """
          def typed(self: __torch__.M, p: List[PACKED], first: int, end: int) -> List[PACKED]:
            out = torch.list(p)
            for i in range(first, end):
              _1 = torch._set_item(out, i, torch.to(p[i], 15))
            return out
        """
        : """
          def typed(self: __torch__.M, p: List[PACKED], first: int, end: int) -> List[PACKED]:
            return p
        """;
  }

  private String own() {
    return switch (adapting) {
      case Adapting.Plain _, Adapting.Mixed _ -> "";
      case Adapting.Dropping(double rate) -> DROPPED.replace("RATE", "" + rate);
      case Adapting.Magnitudes _ -> TURNED;
    };
  }

  /**
   * Draws anew for each layer of each block from a seed of its own, so that whoever computes a
   * block once more leaves out the same.
   */
  private static final String DROPPED =
      """
        def dropped(self: __torch__.M, x: Tensor, drop: Tensor, place: int) -> Tensor:
          if torch.gt(torch.numel(drop), 0):
            _0 = torch.manual_seed(torch.add(int(drop), place))
            y = torch.dropout(x, RATE, True)
          else:
            y = x
          return y
      """;

  /**
   * Brings the rows of V = W + BA to the lengths m (DoRA, Liu et al. 2024, equation 11: the present
   * lengths count as constants). Without V itself: |V|^2 = |W|^2 + 2 (W A') . B + (B (A A')) . B.
   */
  private static final String TURNED =
      """
        def turned(self: __torch__.M, product: Tensor, change: Tensor, a: Tensor, b: Tensor, m: Tensor, w: Tensor) -> Tensor:
          v = torch.to(w, 6)
          low = torch.detach(a)
          high = torch.detach(b)
          across = torch.mul(torch.linear(v, low), 2.)
          within = torch.matmul(high, torch.linear(low, low))
          squares = torch.add(torch.pow(torch.linalg_vector_norm(v, 2, [1]), 2), torch.sum(torch.mul(torch.add(across, within), high), [1]))
          return torch.mul(torch.add(product, change), torch.div(m, torch.sqrt(squares)))
      """;
}
