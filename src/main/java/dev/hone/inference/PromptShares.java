package dev.hone.inference;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How many of its prompt's tokens each sequence may feed in one step. Half of the step is for
 * whoever was let in first, the other half for whoever has the least left: a long prompt comes to
 * its end whoever else arrives, and a short one does not wait for it. A later class gets what an
 * earlier one leaves.
 */
final class PromptShares {
  private static final Comparator<Sequence> BY_CLASS = Comparator.comparing(Sequence::priority);

  private final Map<Sequence, Integer> shares = new HashMap<>();
  private int left;

  private PromptShares(int budget) {
    this.left = budget;
  }

  /**
   * @param budget tokens of all together
   * @return nobody with a share of nothing
   */
  static Map<Sequence, Integer> of(List<Sequence> prefilling, int budget) {
    var shares = new PromptShares(budget);
    prefilling.stream()
        .min(BY_CLASS.thenComparingLong(Sequence::admission))
        .ifPresent(oldest -> shares.grant(oldest, Math.ceilDiv(budget, 2)));
    var ordered = new ArrayList<>(prefilling);
    ordered.sort(BY_CLASS.thenComparingInt(shares::wanted).thenComparingLong(Sequence::admission));
    ordered.forEach(sequence -> shares.grant(sequence, budget));
    return shares.shares;
  }

  private int wanted(Sequence sequence) {
    return sequence.unfed() - shares.getOrDefault(sequence, 0);
  }

  private void grant(Sequence sequence, int most) {
    int share = Math.min(Math.min(most, left), wanted(sequence));
    if (share > 0) {
      shares.merge(sequence, share, Integer::sum);
      left -= share;
    }
  }
}
