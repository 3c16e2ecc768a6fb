package dev.hone.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import java.nio.ByteBuffer;
import java.util.ArrayList;

/**
 * What drawing a token needs of logits [rows, vocabulary], found where they lie: the likeliest of a
 * row, and the log of the sum of all exponentials. Tokens are told as f32, which is exact below
 * 2^24.
 */
public final class LogitTable implements AutoCloseable {
  /** The k likeliest lie in the k blocks of 64 with the largest maxima, which are quick to find. */
  private static final String SOURCE =
      """
      class M(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
        def likeliest(self: __torch__.M, x: Tensor, k: int) -> Tuple[Tensor, Tensor]:
          blocks = torch.floordiv(VOCABULARY, 64)
          if torch.__and__(torch.eq(torch.mul(blocks, 64), VOCABULARY), torch.gt(blocks, k)):
            n = torch.size(x, 0)
            y = torch.view(x, [n, blocks, 64])
            _1, at = torch.topk(torch.amax(y, [-1]), k, -1, True, False)
            inner = torch.gather(y, 1, torch.expand(torch.unsqueeze(at, 2), [n, k, 64]))
            values, place = torch.topk(torch.flatten(inner, 1), k, -1, True, True)
            block = torch.gather(at, 1, torch.floor_divide(place, 64))
            tokens = torch.add(torch.mul(block, 64), torch.remainder(place, 64))
          else:
            values, tokens = torch.topk(x, k, -1, True, True)
          return (values, torch.to(tokens, 6))
        def logSum(self: __torch__.M, x: Tensor) -> Tensor:
          return torch.logsumexp(x, [-1], True)
        def listed(self: __torch__.M, logits: Tensor, divisors: Tensor, k: int) -> Tensor:
          values, tokens = (self).likeliest(logits, k)
          whole = (self).logSum(logits)
          if bool(torch.all(torch.eq(divisors, 1))):
            return torch.cat([tokens, values, whole, whole], 1)
          return torch.cat([tokens, values, whole, (self).logSum(torch.div(logits, divisors))], 1)
        def shapedListed(self: __torch__.M, logits: Tensor, divisors: Tensor, k: int, rows: Tensor, tokens: Tensor, ratios: Tensor, addends: Tensor, maskedRows: Tensor, blocked: Tensor) -> Tensor:
          x = torch.clone(logits)
          if torch.gt(torch.size(rows, 0), 0):
            at = annotate(List[Optional[Tensor]], [rows, tokens])
            y = torch.index(x, at)
            y = torch.add(torch.where(torch.gt(y, 0), torch.div(y, ratios), torch.mul(y, ratios)), addends)
            _1 = torch.index_put_(x, at, y)
          if torch.gt(torch.size(maskedRows, 0), 0):
            z = torch.masked_fill(torch.index_select(x, 0, maskedRows), torch.to(blocked, 11), -inf)
            _2 = torch.index_copy_(x, 0, maskedRows, z)
          values, listed = (self).likeliest(x, k)
          own = torch.gather(logits, 1, torch.to(listed, 4))
          ranked, rankedTokens = (self).likeliest(logits, k)
          sums = [(self).logSum(logits), (self).logSum(torch.div(x, divisors))]
          return torch.cat([listed, values, own, rankedTokens, ranked, sums[0], sums[1]], 1)
      """;

  private final Script script;
  private final int vocabulary;

  public LogitTable(NDManager manager, int vocabulary) {
    this.script = Script.compile(manager, SOURCE.replace("VOCABULARY", "" + vocabulary));
    this.vocabulary = vocabulary;
  }

  public int vocabulary() {
    return vocabulary;
  }

  /**
   * @param logits [rows, vocabulary]
   * @param divisors temperatures, [rows]
   * @param count how many to list of each row, at most the vocabulary
   * @return [rows, 2 count + 2]: the tokens, their logits, then log(sum(exp(logit))) and the same
   *     of the logits divided by the row's divisor; owned by {@code step}
   */
  public NDArray of(NDManager step, NDArray logits, float[] divisors, int count) {
    try (IValue x = Script.value(logits);
        IValue by = Script.value(column(step, divisors));
        IValue k = IValue.from((long) count)) {
      return script.tensor(step, "listed", x, by, k);
    }
  }

  /**
   * The same after some logits were changed.
   *
   * @return [rows, 5 count + 2]: the tokens likeliest then, their changed logits, their own ones,
   *     the tokens likeliest without changes, their logits, and the two sums, the second of the
   *     changed; owned by {@code step}
   */
  public NDArray of(
      NDManager step, NDArray logits, float[] divisors, int count, LogitChanges changes) {
    long masked = changes.maskedRows().length;
    var shape = new Shape(masked, masked == 0 ? 0 : vocabulary);
    var values = new ArrayList<IValue>();
    values.add(Script.value(logits));
    values.add(Script.value(column(step, divisors)));
    values.add(IValue.from((long) count));
    values.add(Script.value(step.create(changes.rows())));
    values.add(Script.value(step.create(changes.tokens())));
    values.add(Script.value(step.create(changes.divisors())));
    values.add(Script.value(step.create(changes.addends())));
    values.add(Script.value(step.create(changes.maskedRows())));
    values.add(
        Script.value(step.create(ByteBuffer.wrap(changes.blocked()), shape, DataType.UINT8)));
    try {
      return script.tensor(step, "shapedListed", values.toArray(IValue[]::new));
    } finally {
      values.forEach(IValue::close);
    }
  }

  private static NDArray column(NDManager step, float[] divisors) {
    return step.create(divisors, new Shape(divisors.length, 1));
  }

  @Override
  public void close() {
    script.close();
  }
}
