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

  /** What is made of states; where the output layer is frozen, with derivatives by each state. */
  private static final String ENDS =
      """
        def trainedSaid(self: __torch__.M, w: List[Tensor], p: List[PACKED], states: Tensor, targets: Tensor, temperature: Tensor, entropies: Tensor) -> Tensor:
          n = torch.len(p)
          return (self).saidInChunks((self).grown(w), (self).typed(p, torch.sub(n, 1), n), states, targets, temperature, bool(entropies))
        def trainedSlopes(self: __torch__.M, w: List[Tensor], p: List[PACKED], states: Tensor, targets: Tensor, temperature: Tensor, entropies: Tensor) -> Tuple[Tensor, Tensor]:
          out = annotate(List[Tensor], [])
          byStates = annotate(List[Tensor], [])
          for start in range(0, torch.size(states, 0), CHUNK):
            n = ops.prim.min([CHUNK, torch.sub(torch.size(states, 0), start)])
            x = torch.requires_grad_(torch.detach(torch.narrow(states, 0, start, n)), True)
            y = (self).said(w, p, x, torch.narrow(targets, 0, start, n), temperature, bool(entropies))
            _1 = torch.append(out, torch.detach(y))
            own = annotate(List[Tensor], [])
            for k in range(torch.size(y, 0)):
              _2 = torch.append(own, unchecked_cast(Tensor, torch.grad([torch.sum(torch.select(y, 0, k))], [x], retain_graph=torch.lt(torch.add(k, 1), torch.size(y, 0)))[0]))
            _3 = torch.append(byStates, torch.stack(own))
          return (torch.cat(out, 1), torch.cat(byStates, 1))
        def trainedValues(self: __torch__.M, w: List[Tensor], states: Tensor, head: Tensor) -> Tensor:
          g = (self).grown(w)
          return torch.transpose(torch.linear((self).norm(states, g[1], g), head), 0, 1)
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
