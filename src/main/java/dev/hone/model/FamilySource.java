package dev.hone.model;

/**
 * Writes what all passes ask of a family: its norm, how tokens and positions enter, who sees whom.
 *
 * @param rounded whether a quotient's last bit does not matter beside what products are rounded to
 */
record FamilySource(Architecture net, boolean rounded) {
  private static final String ROOT =
      "torch.hypot(torch.linalg_vector_norm(x, 2, [-1], True), w[-1])";

  String text() {
    return norm().concat(enter()).concat(attention());
  }

  private String norm() {
    String norm =
        switch (net.block().norm()) {
          // By the root of the sum of squares, epsilon's share in it included: the weights carry
          // the root of the width. Half the steps of torch.rms_norm. A product's way back has three
          // passes fewer than a quotient's.
          case RMS ->
              "torch.mul(%s, g)"
                  .formatted(
                      rounded
                          ? "torch.mul(x, torch.reciprocal(" + ROOT + "))"
                          : "torch.div(x, " + ROOT + ")");
          case LAYER ->
              "torch.layer_norm(x, [HIDDEN], torch.select(g, 0, 0), torch.select(g, 0, 1), EPSILON)";
        };
    return """
      def norm(self: __torch__.M, x: Tensor, g: Tensor, w: List[Tensor]) -> Tensor:
        return NORM
      def logitsOf(self: __torch__.M, x: Tensor, w: List[Tensor], p: List[PACKED]) -> Tensor:
        return torch.to((self).output((self).norm(x, w[1], w), p[-1]), 6)
    """
        .replace("NORM", norm);
  }

  /** Tokens to rows, and how far each row's heads are turned, where they are. */
  private String enter() {
    return switch (net.positions()) {
      case Rope _ ->
          """
            def rope(self: __torch__.M, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
              return torch.addcmul(torch.mul(x, cos), torch.roll(x, [HALF], [-1]), sin)
            def enter(self: __torch__.M, w: List[Tensor], tokens: Tensor, positions: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
              cos = torch.unsqueeze(torch.index_select(w[2], 0, positions), 1)
              sin = torch.unsqueeze(torch.index_select(w[3], 0, positions), 1)
              return (torch.embedding(w[0], tokens), cos, sin)
          """;
      case Positions.Learned() ->
          """
            def enter(self: __torch__.M, w: List[Tensor], tokens: Tensor, positions: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
              x = torch.add(torch.embedding(w[0], tokens), torch.index_select(w[2], 0, positions))
              return (x, x, x)
          """;
    };
  }

  /**
   * Who sees whom: {@code unseen} is [queries, keys] for keys from position 0 on; {@code causal}
   * attends over rows that are all of a sequence.
   */
  private String attention() {
    String both =
        """
          def unseen(self: __torch__.M, positions: Tensor, length: int) -> Tensor:
            keys = torch.arange(length, dtype=4, device=ops.prim.device(positions))
            return (self).beyond(torch.gt(keys, torch.unsqueeze(positions, 1)), positions, keys)
        """;
    if (!net.slides()) {
      return """
        def beyond(self: __torch__.M, hidden: Tensor, queries: Tensor, keys: Tensor) -> Tensor:
          return hidden
        def causal(self: __torch__.M, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
          return torch.scaled_dot_product_attention(q, k, v, None, 0., True)
      """
          .concat(both);
    }
    return """
      def beyond(self: __torch__.M, hidden: Tensor, queries: Tensor, keys: Tensor) -> Tensor:
        return torch.logical_or(hidden, torch.ge(torch.sub(torch.unsqueeze(queries, 1), keys), SPAN))
      def causal(self: __torch__.M, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        n = torch.size(q, 2)
        if torch.le(n, SPAN):
          y = torch.scaled_dot_product_attention(q, k, v, None, 0., True)
        else:
          seen = torch.logical_not((self).unseen(torch.arange(n, dtype=4, device=ops.prim.device(q)), n))
          y = torch.scaled_dot_product_attention(q, k, v, seen, 0., False)
        return y
    """
        .concat(both);
  }
}
