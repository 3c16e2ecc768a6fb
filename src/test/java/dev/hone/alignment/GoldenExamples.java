package dev.hone.alignment;

import dev.hone.model.SmallModel;
import java.util.Arrays;
import java.util.List;

/** What src/test/python's scripts learn from: spans of the small model's golden tokens. */
public final class GoldenExamples {
  private static final int[][] TOKENS = SmallModel.PLAIN.tokens();

  /** As dpo.py and trajectories.py have them. */
  public static final List<TokenPair> PAIRS =
      List.of(
          TokenPair.of(span(0, 0, 10), span(0, 10, 34), span(1, 20, 34)),
          TokenPair.of(span(1, 0, 1), span(1, 1, 9), span(2, 3, 4)),
          TokenPair.of(span(2, 0, 20), span(2, 20, 33), span(0, 30, 34)),
          TokenPair.of(span(1, 4, 30), span(0, 0, 5), span(2, 0, 6)));

  /** As trajectories.py has them. */
  static final List<TokenAnswer> ANSWERS =
      List.of(
          TokenAnswer.of(span(0, 0, 10), span(0, 10, 30), true),
          TokenAnswer.of(span(1, 0, 3), span(1, 3, 9), false),
          TokenAnswer.of(span(2, 0, 20), span(2, 20, 33), true),
          TokenAnswer.of(span(1, 4, 30), span(0, 0, 5), true),
          TokenAnswer.of(span(2, 5, 9), span(1, 10, 22), false),
          TokenAnswer.of(span(0, 3, 4), span(2, 0, 8), false));

  private GoldenExamples() {}

  private static int[] span(int row, int from, int to) {
    return Arrays.copyOfRange(TOKENS[row], from, to);
  }
}
