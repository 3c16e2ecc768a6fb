package dev.hone.evaluation;

import static dev.hone.evaluation.PreferenceTally.right;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * What length alone says of pairs whose better answer is known, and how much more a judge of them
 * knows. Ties count half; shares have Wilson's interval.
 *
 * @param accuracy the judge's
 * @param longer of the rule that the answer of more tokens wins
 * @param shorter of the rule that the one of fewer wins
 * @param difference the judge's accuracy less that of the better rule. Its interval is by drawing
 *     the prompts anew, each with all its pairs; the rule stays the one that is better on all of
 *     them, which favours the rule. Of a single prompt nothing can be said: -1 to 1.
 */
public record LengthBaseline(
    Estimate accuracy, Estimate longer, Estimate shorter, Estimate difference) {
  /**
   * A pair, of which the judge may have seen less.
   *
   * @param prompt what its prompt is known by
   * @param margin by how much the judge finds the chosen answer better
   * @param chosenTokens before the answer was cut to fit
   * @param rejectedTokens likewise
   */
  public record Judged(String prompt, double margin, int chosenTokens, int rejectedTokens) {
    private double byJudge() {
      return right(margin, 0);
    }

    private double byLonger() {
      return right(chosenTokens, rejectedTokens);
    }
  }

  /**
   * @param pairs at least one
   */
  public static LengthBaseline of(List<Judged> pairs) {
    if (pairs.isEmpty()) {
      throw new IllegalArgumentException("there is no pair to judge on");
    }
    var longer = share(pairs, Judged::byLonger);
    var shorter = share(pairs, pair -> 1 - pair.byLonger());
    boolean longerWins = longer.value() >= shorter.value();
    return new LengthBaseline(
        share(pairs, Judged::byJudge),
        longer,
        shorter,
        difference(
            pairs, pair -> pair.byJudge() - (longerWins ? pair.byLonger() : 1 - pair.byLonger())));
  }

  private static Estimate share(List<Judged> pairs, ToDoubleFunction<Judged> right) {
    double sum = pairs.stream().mapToDouble(right).sum();
    var interval = Interval.wilson(sum, pairs.size());
    return new Estimate(sum / pairs.size(), interval.low(), interval.high(), pairs.size());
  }

  private static Estimate difference(List<Judged> pairs, ToDoubleFunction<Judged> ahead) {
    var prompts =
        pairs.stream()
            .collect(Collectors.groupingBy(Judged::prompt, LinkedHashMap::new, Collectors.toList()))
            .values();
    double[] sums =
        prompts.stream().mapToDouble(own -> own.stream().mapToDouble(ahead).sum()).toArray();
    double[] counts = prompts.stream().mapToDouble(List::size).toArray();
    var interval =
        sums.length == 1
            ? new Interval(-1, 1)
            : Bootstrap.interval(sums, counts, (sum, count) -> sum / count);
    double mean = pairs.stream().mapToDouble(ahead).sum() / pairs.size();
    return new Estimate(mean, interval.low(), interval.high(), pairs.size());
  }
}
