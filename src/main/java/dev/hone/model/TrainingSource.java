package dev.hone.model;

/**
 * Writes the passes that gradients flow through, as TorchScript text. {@code a} is what is trained
 * as it is: B is multiplied by {@code scale} here. {@code drop} holds a seed where something is to
 * be left out, and nothing otherwise.
 */
record TrainingSource(Adapting adapting) {
  String text() {
    return dropping().concat(adapters()).concat(PASSES).concat(ENDS);
  }

  private static final String PASSES =
      """
        def trainedStates(self: __torch__.M, w: List[Tensor], p: List[PACKED], a: List[Tensor], scale: Tensor, drop: Tensor, tokens: Tensor, positions: Tensor, branches: Tensor, groups: Tensor, rows: Tensor) -> Tensor:
          return (self).states(w, p, (self).adapters(a, scale, drop, 0, LAYERS), tokens, positions, branches, groups, rows)
        def trainedMasks(self: __torch__.M, branches: Tensor, positions: Tensor, groups: Tensor) -> List[Tensor]:
          return (self).masks(branches, positions, groups)
        def trainedEntry(self: __torch__.M, w: List[Tensor], tokens: Tensor, positions: Tensor) -> Tensor:
          x, cos, sin = (self).enter(w, tokens, positions)
          return x
        def trainedBlock(self: __torch__.M, w: List[Tensor], p: List[PACKED], a: List[Tensor], scale: Tensor, drop: Tensor, masks: List[Tensor], tokens: Tensor, positions: Tensor, rows: Tensor, x: Tensor, index: Tensor) -> Tensor:
          i = int(index)
          _0, cos, sin = (self).enter(w, tokens, positions)
          return (self).block(w, p, (self).adapters(a, scale, drop, i, torch.add(i, 1)), x, cos, sin, i, masks, rows)
      """;

  /** What is made of states; where the output layer is frozen, with derivatives by each state. */
  private static final String ENDS =
      """
        def trainedScores(self: __torch__.M, w: List[Tensor], p: List[PACKED], states: Tensor, targets: Tensor) -> Tensor:
          return (self).scores(w, p, states, targets)
        def trainedScored(self: __torch__.M, w: List[Tensor], p: List[PACKED], states: Tensor, targets: Tensor) -> Tuple[Tensor, Tensor]:
          out = annotate(List[Tensor], [])
          byStates = annotate(List[Tensor], [])
          for start in range(0, torch.size(states, 0), CHUNK):
            n = ops.prim.min([CHUNK, torch.sub(torch.size(states, 0), start)])
            x = torch.requires_grad_(torch.detach(torch.narrow(states, 0, start, n)), True)
            y = (self).logProbsOf(w, p, x, torch.narrow(targets, 0, start, n))
            _1 = torch.append(out, torch.detach(y))
            _2 = torch.append(byStates, unchecked_cast(Tensor, torch.grad([torch.sum(y)], [x])[0]))
          return (torch.cat(out), torch.cat(byStates))
        def trainedValues(self: __torch__.M, w: List[Tensor], states: Tensor, head: Tensor) -> Tensor:
          return torch.squeeze(torch.linear((self).norm(states, w[1], w), head), 1)
      """;

  /** The adapter's matrices as blocks take them, of blocks from the first to before the end. */
  private String adapters() {
    String scaled =
        """
          def adapters(self: __torch__.M, a: List[Tensor], scale: Tensor, drop: Tensor, first: int, end: int) -> List[Tensor]:
            out = torch.list(a)
            for t in range(torch.mul(first, TARGETS), torch.mul(end, TARGETS)):
              b = torch.add(torch.mul(t, 2), 1)
              _1 = torch._set_item(out, b, torch.mul(a[b], scale))
        """;
    return scaled
        .concat(adapting instanceof Adapting.Dropping ? "    _2 = torch.append(out, drop)\n" : "")
        .concat("    return out\n");
  }

  /**
   * Draws anew for each layer of each block from a seed of its own, so that whoever computes a
   * block once more leaves out the same.
   */
  private String dropping() {
    return switch (adapting) {
      case Adapting.Plain _, Adapting.Mixed _ -> "";
      case Adapting.Dropping(double rate) ->
          """
            def dropped(self: __torch__.M, x: Tensor, drop: Tensor, place: int) -> Tensor:
              if torch.gt(torch.numel(drop), 0):
                _0 = torch.manual_seed(torch.add(int(drop), place))
                y = torch.dropout(x, RATE, True)
              else:
                y = x
              return y
          """
              .replace("RATE", "" + rate);
    };
  }
}
