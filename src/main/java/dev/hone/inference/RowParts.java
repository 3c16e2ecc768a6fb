package dev.hone.inference;

import dev.hone.model.NextTokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * The rows of a step, parted by the weights that they go through.
 *
 * @param places of each row of logits, in the step's order, the place where it stands when those of
 *     the parts stand one below the other
 */
record RowParts(List<Part> each, long[] places) {
  /**
   * Rows that go through one pass.
   *
   * @param weights number of a version that has weights of its own, or {@link ModelRunner#BASE}
   */
  record Part(int weights, Pass.Rows rows) {}

  /**
   * @param weightsOf number of the weights for a version's number
   */
  static RowParts of(Pass.Rows rows, IntUnaryOperator weightsOf) {
    int[] weights = Arrays.stream(rows.versions()).map(weightsOf).toArray();
    int[] firsts = firstLogits(rows);
    long[] places = new long[firsts[weights.length]];
    var each = new ArrayList<Part>();
    int place = 0;
    for (int some : Arrays.stream(weights).distinct().toArray()) {
      int[] mine = IntStream.range(0, weights.length).filter(i -> weights[i] == some).toArray();
      for (int i : mine) {
        for (int logit = firsts[i]; logit < firsts[i + 1]; logit++) {
          places[logit] = place++;
        }
      }
      each.add(new Part(some, only(rows, mine)));
    }
    return new RowParts(each, places);
  }

  /**
   * Of each token, then each run, where its rows of logits begin; at the end, how many there are.
   */
  private static int[] firstLogits(Pass.Rows rows) {
    int n = rows.next().count();
    int[] firsts = new int[n + rows.runs().size() + 1];
    for (int i = 0; i < firsts.length - 1; i++) {
      firsts[i + 1] = firsts[i] + (i < n ? 1 : rows.runs().get(i - n).wanted());
    }
    return firsts;
  }

  /**
   * @param mine places among the tokens and, after these, the runs
   */
  private static Pass.Rows only(Pass.Rows rows, int[] mine) {
    int n = rows.next().count();
    int[] tokens = Arrays.stream(mine).filter(i -> i < n).toArray();
    var next =
        new NextTokens(
            Arrays.stream(tokens).map(rows.next()::slot).toArray(),
            Arrays.stream(tokens).map(i -> rows.next().tokens()[i]).toArray(),
            Arrays.stream(tokens).map(i -> rows.next().positions()[i]).toArray());
    var runs =
        Arrays.stream(mine).filter(i -> i >= n).mapToObj(i -> rows.runs().get(i - n)).toList();
    return new Pass.Rows(next, runs, Arrays.stream(mine).map(i -> rows.versions()[i]).toArray());
  }
}
