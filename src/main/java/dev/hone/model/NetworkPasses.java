package dev.hone.model;

/**
 * The ways in which the network is run, as TorchScript text: they differ in where attention finds
 * its keys and values. {@link NetworkSource} fills in the sizes.
 */
final class NetworkPasses {
  /** Tokens of a prompt and its answers that attend by products in bf16. */
  static final int SHORT_GROUP = 256;

  private NetworkPasses() {}

  /**
   * Attention over the cache: keys are [slots, kvHeads, headSize, positions], values [slots,
   * kvHeads, positions, headSize]. One token for each of the first n slots, or of others, whose
   * keys and values are gathered; or a run of tokens for one slot, of which it holds {@code start}
   * positions before.
   */
  static final String ATTENTION =
      """
        def spread(self: __torch__.M, x: Tensor) -> Tensor:
          s = torch.size(x)
          y = torch.expand(torch.unsqueeze(x, 2), [s[0], s[1], GROUP, s[2], s[3]])
          return torch.flatten(y, 1, 2)
        def ahead(self: __torch__.M, positions: Tensor, length: int) -> Tensor:
          n = torch.size(positions, 0)
          unseen = (self).unseen(positions, length)
          hidden = torch.masked_fill(torch.zeros_like(unseen, dtype=6), unseen, -inf)
          return torch.view(torch.contiguous(torch.expand(torch.unsqueeze(hidden, 1), [n, KV_HEADS, length])), [torch.mul(n, KV_HEADS), 1, length])
        def slotsOf(self: __torch__.M, tokens: Tensor, n: int, which: List[int]) -> Tensor:
          if torch.eq(torch.len(which), 0):
            slots = torch.arange(n, dtype=4, device=ops.prim.device(tokens))
          else:
            slots = torch.tensor(which, dtype=4, device=ops.prim.device(tokens))
          return slots
        def attend(self: __torch__.M, q: Tensor, k: Tensor, v: Tensor, ks: Tensor, vs: Tensor, slots: Tensor, gathered: bool, positions: Tensor, mask: Tensor) -> Tensor:
          n = torch.size(slots, 0)
          m = torch.mul(n, KV_HEADS)
          length = torch.size(mask, 2)
          _1 = torch.index_put_(ks, annotate(List[Optional[Tensor]], [slots, None, None, positions]), k)
          _2 = torch.index_put_(vs, annotate(List[Optional[Tensor]], [slots, None, positions]), v)
          if gathered:
            keys = torch.reshape(torch.index_select(torch.narrow(ks, 3, 0, length), 0, slots), [m, SIZE, length])
            values = torch.reshape(torch.index_select(torch.narrow(vs, 2, 0, length), 0, slots), [m, length, SIZE])
          else:
            keys = torch.as_strided(ks, [m, SIZE, length], [torch.stride(ks)[1], torch.stride(ks)[2], 1])
            values = torch.as_strided(vs, [m, length, SIZE], [torch.stride(vs)[1], SIZE, 1])
          scores = torch.baddbmm(mask, torch.reshape(q, [m, GROUP, SIZE]), keys, beta=1, alpha=SCALE)
          return torch.reshape(torch.bmm(torch.softmax(scores, -1), values), [n, -1])
        def attendRun(self: __torch__.M, q: Tensor, k: Tensor, v: Tensor, ks: Tensor, vs: Tensor, slot: int, start: int, seen: Tensor) -> Tensor:
          n = torch.size(q, 0)
          length = torch.add(start, n)
          cachedKeys = torch.narrow(torch.select(ks, 0, slot), 2, 0, length)
          cachedValues = torch.narrow(torch.select(vs, 0, slot), 1, 0, length)
          _1 = torch.copy_(torch.narrow(cachedKeys, 2, start, n), torch.permute(k, [1, 2, 0]))
          _2 = torch.copy_(torch.narrow(cachedValues, 1, start, n), torch.transpose(v, 0, 1))
          queries = (self).attending(torch.unsqueeze(torch.transpose(q, 0, 1), 0))
          if torch.eq(start, 0):
            keys = (self).spread((self).attending(torch.unsqueeze(torch.transpose(k, 0, 1), 0)))
            values = (self).spread((self).attending(torch.unsqueeze(torch.transpose(v, 0, 1), 0)))
            y = (self).causal(queries, keys, values)
          else:
            keys = (self).spread((self).attending(torch.unsqueeze(torch.transpose(cachedKeys, 1, 2), 0)))
            values = (self).spread((self).attending(torch.unsqueeze(cachedValues, 0)))
            y = torch.scaled_dot_product_attention(queries, keys, values, seen, 0., False)
          return torch.reshape(torch.permute(torch.squeeze(y, 0), [1, 0, 2]), [n, -1])
      """;

  /** An adapter that changes every row. */
  static final String SAME =
      """
        def ofRows(self: __torch__.M, a: List[Tensor], rows: Tensor) -> List[Tensor]:
          return a
      """;

  /**
   * Each row is changed by an adapter of its own: the last of {@code a} says which of the ranks are
   * hidden from it, [rows, ranks], a row for each of the table before it.
   */
  static final String MIXED =
      """
        def choose(self: __torch__.M, a: List[Tensor], adapters: Tensor) -> int:
          _1 = torch._set_item(a, -1, torch.index_select(a[-2], 0, adapters))
          return torch.len(a)
        def ofRows(self: __torch__.M, a: List[Tensor], rows: Tensor) -> List[Tensor]:
          out = torch.list(a)
          _1 = torch._set_item(out, -1, torch.index_select(a[-1], 0, rows))
          return out
      """;

  /** One token for each of some slots: those that {@code which} lists, or the first ones. */
  static final String DECODE =
      """
        def decode(self: __torch__.M, w: List[Tensor], p: List[PACKED], a: List[Tensor], ks: List[Tensor], vs: List[Tensor], tokens: Tensor, positions: Tensor, which: List[int], length: int) -> Tensor:
          x, cos, sin = (self).enter(w, tokens, positions)
          slots = (self).slotsOf(tokens, torch.size(tokens, 0), which)
          gathered = torch.gt(torch.len(which), 0)
          mask = (self).ahead(positions, length)
          for i in range(LAYERS):
            q, k, v = (self).before(x, i, w, p, a, cos, sin)
            x = (self).after(x, (self).attend(q, k, v, ks[i], vs[i], slots, gathered, positions, mask), i, w, p, a)
          return (self).logitsOf(x, w, p)
      """;

  /**
   * The same, and behind them runs of tokens for other slots, in one pass over the weights. A run
   * is told as its slot, the positions that this holds before, and its length; {@code rows} are
   * those whose logits are wanted.
   */
  static final String STEP =
      """
        def step(self: __torch__.M, w: List[Tensor], p: List[PACKED], a: List[Tensor], ks: List[Tensor], vs: List[Tensor], tokens: Tensor, positions: Tensor, which: List[int], n: int, length: int, runs: List[int], rows: Tensor) -> Tensor:
          x, cos, sin = (self).enter(w, tokens, positions)
          at = torch.narrow(positions, 0, 0, n)
          slots = (self).slotsOf(tokens, n, which)
          gathered = torch.gt(torch.len(which), 0)
          mask = (self).ahead(at, length)
          count = torch.floordiv(torch.len(runs), 3)
          sizes = annotate(List[int], [n])
          seen = annotate(List[Tensor], [])
          for r in range(count):
            start = runs[torch.add(torch.mul(r, 3), 1)]
            size = runs[torch.add(torch.mul(r, 3), 2)]
            _1 = torch.append(sizes, size)
            end = torch.add(start, size)
            _2 = torch.append(seen, torch.logical_not((self).unseen(torch.arange(start, end, dtype=4, device=ops.prim.device(tokens)), end)))
          for i in range(LAYERS):
            q, k, v = (self).before(x, i, w, p, a, cos, sin)
            qs = torch.split_with_sizes(q, sizes)
            kn = torch.split_with_sizes(k, sizes)
            vn = torch.split_with_sizes(v, sizes)
            ys = annotate(List[Tensor], [])
            if torch.gt(n, 0):
              _3 = torch.append(ys, (self).attend(qs[0], kn[0], vn[0], ks[i], vs[i], slots, gathered, at, mask))
            for r in range(count):
              j = torch.add(r, 1)
              _4 = torch.append(ys, (self).attendRun(qs[j], kn[j], vn[j], ks[i], vs[i], runs[torch.mul(r, 3)], runs[torch.add(torch.mul(r, 3), 1)], seen[r]))
            y = torch.cat(ys)
            if torch.eq(i, torch.sub(LAYERS, 1)):
              x = (self).after(torch.index_select(x, 0, rows), torch.index_select(y, 0, rows), i, w, p, (self).ofRows(a, rows))
            else:
              x = (self).after(x, y, i, w, p, a)
          return (self).logitsOf(x, w, p)
      """;

  /**
   * Whole sequences without a cache, some layers at a time or all; a row's padding comes after its
   * tokens and is not seen.
   */
  static final String FULL =
      """
        def entered(self: __torch__.M, w: List[Tensor], p: List[PACKED], a: List[Tensor], tokens: Tensor) -> Tensor:
          n, s = torch.size(tokens)
          positions = torch.repeat(torch.arange(s, dtype=4, device=ops.prim.device(tokens)), [n])
          x, cos, sin = (self).enter(w, torch.flatten(tokens), positions)
          return x
        def through(self: __torch__.M, w: List[Tensor], p: List[PACKED], a: List[Tensor], tokens: Tensor, x: Tensor, first: int, end: int) -> Tensor:
          n, s = torch.size(tokens)
          positions = torch.repeat(torch.arange(s, dtype=4, device=ops.prim.device(tokens)), [n])
          _0, cos, sin = (self).enter(w, torch.flatten(tokens), positions)
          for i in range(first, end):
            q, k, v = (self).before(x, i, w, p, a, cos, sin)
            queries = (self).attending(torch.transpose(torch.reshape(q, [n, s, HEADS, SIZE]), 1, 2))
            keys = (self).spread((self).attending(torch.transpose(torch.reshape(k, [n, s, KV_HEADS, SIZE]), 1, 2)))
            values = (self).spread((self).attending(torch.transpose(torch.reshape(v, [n, s, KV_HEADS, SIZE]), 1, 2)))
            y = (self).causal(queries, keys, values)
            x = (self).after(x, torch.reshape(torch.transpose(y, 1, 2), [torch.mul(n, s), -1]), i, w, p, a)
          return x
        def meanState(self: __torch__.M, w: List[Tensor], p: List[PACKED], a: List[Tensor], x: Tensor) -> Tensor:
          return torch.mean((self).norm(x, w[1], w), [0])
        def full(self: __torch__.M, w: List[Tensor], p: List[PACKED], a: List[Tensor], tokens: Tensor) -> Tensor:
          n, s = torch.size(tokens)
          x = (self).through(w, p, a, tokens, (self).entered(w, p, a, tokens), 0, LAYERS)
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
   * their lengths, {@code rows} those that are read. Attention runs group by group; the last
   * block's second half runs on the rows that are read only, and logits are there for a chunk of
   * them at a time, of which so few are widened at once that they stay in the processor's cache.
   * What is said of each is its log-probability, [1, targets], and if they are wanted behind that
   * the entropy and whether it is the likeliest, [3, targets].
   */
  static final String ANSWERS =
      """
        def masks(self: __torch__.M, branches: Tensor, positions: Tensor, groups: Tensor) -> List[Tensor]:
          out = annotate(List[Tensor], [])
          start = 0
          for g in range(torch.size(groups, 0)):
            n = int(torch.select(groups, 0, g))
            own = torch.narrow(branches, 0, start, n)
            other = torch.logical_and(torch.ne(torch.unsqueeze(own, 0), 0), torch.ne(torch.unsqueeze(own, 0), torch.unsqueeze(own, 1)))
            at = torch.narrow(positions, 0, start, n)
            hidden = (self).beyond(torch.logical_or(other, torch.triu(torch.ones_like(other), 1)), at, at)
            _1 = torch.append(out, torch.masked_fill(torch.zeros_like(hidden, dtype=6), hidden, -inf))
            start = torch.add(start, n)
          return out
        def heads(self: __torch__.M, x: Tensor) -> Tensor:
          return torch.unsqueeze(torch.transpose(x, 0, 1), 0)
        def attendFused(self: __torch__.M, q: Tensor, k: Tensor, v: Tensor, mask: Tensor) -> Tensor:
          keys = (self).spread((self).heads(k))
          values = (self).spread((self).heads(v))
          y = torch.scaled_dot_product_attention((self).heads(q), keys, values, mask, 0., False)
          return torch.flatten(torch.transpose(torch.squeeze(y, 0), 0, 1), 1)
        def block(self: __torch__.M, w: List[Tensor], p: List[PACKED], a: List[Tensor], x: Tensor, cos: Tensor, sin: Tensor, i: int, masks: List[Tensor], rows: Tensor) -> Tensor:
          sizes = annotate(List[int], [])
          for g in range(torch.len(masks)):
            _1 = torch.append(sizes, torch.size(masks[g], 0))
          q, k, v = (self).before(x, i, w, p, a, cos, sin)
          qs = torch.split_with_sizes(q, sizes)
          ks = torch.split_with_sizes(k, sizes)
          vs = torch.split_with_sizes(v, sizes)
          ys = annotate(List[Tensor], [])
          for g in range(torch.len(masks)):
            _2 = torch.append(ys, (self).attendGroup(qs[g], ks[g], vs[g], masks[g]))
          y = torch.cat(ys)
          if torch.eq(i, torch.sub(LAYERS, 1)):
            x = (self).after(torch.index_select(x, 0, rows), torch.index_select(y, 0, rows), i, w, p, a)
          else:
            x = (self).after(x, y, i, w, p, a)
          return x
        def states(self: __torch__.M, w: List[Tensor], p: List[PACKED], a: List[Tensor], tokens: Tensor, positions: Tensor, branches: Tensor, groups: Tensor, rows: Tensor) -> Tensor:
          masks = (self).masks(branches, positions, groups)
          x, cos, sin = (self).enter(w, tokens, positions)
          for i in range(LAYERS):
            x = (self).block(w, p, a, x, cos, sin, i, masks, rows)
          return x
        def logProbsAt(self: __torch__.M, logits: Tensor, temperature: float) -> Tensor:
          x = torch.to(logits, 6)
          if torch.ne(temperature, 1.):
            x = torch.div(x, temperature)
          return torch.log_softmax(x, -1)
        def chosen(self: __torch__.M, x: Tensor, targets: Tensor) -> Tensor:
          return torch.transpose(torch.gather(x, 1, torch.unsqueeze(targets, 1)), 0, 1)
        def entropiesOf(self: __torch__.M, x: Tensor, probabilities: Tensor) -> Tensor:
          return torch.neg(torch.sum(torch.mul(probabilities, x), [-1]))
        def told(self: __torch__.M, x: Tensor, probabilities: Tensor, targets: Tensor) -> Tensor:
          own = (self).chosen(x, targets)
          likeliest = torch.to(torch.ge(own, torch.unsqueeze(torch.amax(x, [-1]), 0)), 6)
          return torch.cat([own, torch.unsqueeze((self).entropiesOf(x, probabilities), 0), likeliest])
        def said(self: __torch__.M, w: List[Tensor], p: List[PACKED], states: Tensor, targets: Tensor, temperature: Tensor, tells: bool) -> Tensor:
          out = annotate(List[Tensor], [])
          t = float(temperature)
          h = (self).norm(states, w[1], w)
          for start in range(0, torch.size(h, 0), CHUNK):
            n = ops.prim.min([CHUNK, torch.sub(torch.size(h, 0), start)])
            logits = (self).output(torch.narrow(h, 0, start, n), p[-1])
            for row in range(0, n, SLICE):
              m = ops.prim.min([SLICE, torch.sub(n, row)])
              x = (self).logProbsAt(torch.narrow(logits, 0, row, m), t)
              at = torch.narrow(targets, 0, torch.add(start, row), m)
              if tells:
                y = (self).told(x, torch.exp(x), at)
              else:
                y = (self).chosen(x, at)
              _1 = torch.append(out, y)
          return torch.cat(out, 1)
        def answers(self: __torch__.M, w: List[Tensor], p: List[PACKED], a: List[Tensor], tokens: Tensor, positions: Tensor, branches: Tensor, groups: Tensor, rows: Tensor, targets: Tensor, temperature: Tensor) -> Tensor:
          states = (self).states(w, p, a, tokens, positions, branches, groups, rows)
          return torch.flatten((self).said(w, p, states, targets, temperature, False))
        def entropies(self: __torch__.M, w: List[Tensor], p: List[PACKED], a: List[Tensor], tokens: Tensor, positions: Tensor, branches: Tensor, groups: Tensor, rows: Tensor, targets: Tensor, temperature: Tensor) -> Tensor:
          states = (self).states(w, p, a, tokens, positions, branches, groups, rows)
          return torch.flatten((self).said(w, p, states, targets, temperature, True))
        def values(self: __torch__.M, w: List[Tensor], p: List[PACKED], a: List[Tensor], tokens: Tensor, positions: Tensor, branches: Tensor, groups: Tensor, rows: Tensor, head: Tensor) -> Tensor:
          states = (self).states(w, p, a, tokens, positions, branches, groups, rows)
          return torch.squeeze(torch.linear((self).norm(states, w[1], w), head), 1)
        def compare(self: __torch__.M, w: List[Tensor], p: List[PACKED], policy: Tensor, w2: List[Tensor], p2: List[PACKED], reference: Tensor, targets: Tensor) -> Tensor:
          out = annotate(List[Tensor], [])
          for start in range(0, torch.size(policy, 0), 64):
            n = ops.prim.min([64, torch.sub(torch.size(policy, 0), start)])
            x = torch.log_softmax((self).logitsOf(torch.narrow(policy, 0, start, n), w, p), -1)
            y = torch.log_softmax((self).logitsOf(torch.narrow(reference, 0, start, n), w2, p2), -1)
            t = torch.unsqueeze(torch.narrow(targets, 0, start, n), 1)
            kl = torch.sum(torch.mul(torch.exp(x), torch.sub(x, y)), [-1], True)
            _1 = torch.append(out, torch.cat([torch.gather(x, 1, t), torch.gather(y, 1, t), kl], 1))
          return torch.cat(out)
      """;

  /** A group's attention in one fused operation, whose way back keeps no scores. */
  static final String FUSED =
      """
        def attendGroup(self: __torch__.M, q: Tensor, k: Tensor, v: Tensor, mask: Tensor) -> Tensor:
          return (self).attendFused(q, k, v, mask)
      """;

  /**
   * A short group's attention as products of bf16 matrices, whose scores are bf16 too, with a
   * softmax in f32 between them: of 256 tokens forward and back in seven tenths of the fused
   * operation's time. The softmax and its bf16 copy are kept for the way back, which grows with the
   * square.
   */
  static final String PRODUCTS =
      """
        def attendGroup(self: __torch__.M, q: Tensor, k: Tensor, v: Tensor, mask: Tensor) -> Tensor:
          n = torch.size(q, 0)
          if torch.gt(n, SHORT):
            y = (self).attendFused(q, k, v, mask)
          else:
            rows = torch.mul(GROUP, n)
            queries = torch.view(torch.to(torch.mul(q, SCALE), 15), [n, KV_HEADS, GROUP, SIZE])
            queries = torch.reshape(torch.permute(queries, [1, 2, 0, 3]), [KV_HEADS, rows, SIZE])
            scores = torch.to(torch.bmm(queries, torch.permute(torch.to(k, 15), [1, 2, 0])), 6)
            weights = torch.softmax(torch.add(torch.view(scores, [HEADS, n, n]), mask), -1)
            values = torch.transpose(torch.to(v, 15), 0, 1)
            y = torch.bmm(torch.view(torch.to(weights, 15), [KV_HEADS, rows, n]), values)
            y = torch.flatten(torch.permute(torch.view(y, [KV_HEADS, GROUP, n, SIZE]), [2, 0, 1, 3]), 1)
          return y
      """;

  /** The cache's own care: another size, one slot's contents into another, two exchanged. */
  static final String CACHE =
      """
        def resize(self: __torch__.M, w: List[Tensor], ks: List[Tensor], vs: List[Tensor], slots: int, positions: int, keptSlots: int, keptPositions: int) -> int:
          for i in range(LAYERS):
            k = torch.new_zeros(w[1], [slots, KV_HEADS, SIZE, positions])
            v = torch.new_zeros(w[1], [slots, KV_HEADS, positions, SIZE])
            if torch.gt(keptSlots, 0):
              oldKeys = torch.narrow(torch.narrow(ks[i], 0, 0, keptSlots), 3, 0, keptPositions)
              oldValues = torch.narrow(torch.narrow(vs[i], 0, 0, keptSlots), 2, 0, keptPositions)
              _1 = torch.copy_(torch.narrow(torch.narrow(k, 0, 0, keptSlots), 3, 0, keptPositions), oldKeys)
              _2 = torch.copy_(torch.narrow(torch.narrow(v, 0, 0, keptSlots), 2, 0, keptPositions), oldValues)
            if torch.lt(i, torch.len(ks)):
              _3 = torch._set_item(ks, i, k)
              _4 = torch._set_item(vs, i, v)
            else:
              _5 = torch.append(ks, k)
              _6 = torch.append(vs, v)
          return slots
        def move(self: __torch__.M, ks: List[Tensor], vs: List[Tensor], source: int, target: int, length: int) -> int:
          for i in range(LAYERS):
            _1 = torch.copy_(torch.narrow(torch.select(ks[i], 0, target), 2, 0, length), torch.narrow(torch.select(ks[i], 0, source), 2, 0, length))
            _2 = torch.copy_(torch.narrow(torch.select(vs[i], 0, target), 1, 0, length), torch.narrow(torch.select(vs[i], 0, source), 1, 0, length))
          return length
        def swap(self: __torch__.M, ks: List[Tensor], vs: List[Tensor], one: int, other: int, length: int) -> int:
          for i in range(LAYERS):
            a = torch.narrow(torch.select(ks[i], 0, one), 2, 0, length)
            b = torch.narrow(torch.select(ks[i], 0, other), 2, 0, length)
            kept = torch.clone(a)
            _1 = torch.copy_(a, b)
            _2 = torch.copy_(b, kept)
            c = torch.narrow(torch.select(vs[i], 0, one), 1, 0, length)
            d = torch.narrow(torch.select(vs[i], 0, other), 1, 0, length)
            held = torch.clone(c)
            _3 = torch.copy_(c, d)
            _4 = torch.copy_(d, held)
          return length
      """;
}
