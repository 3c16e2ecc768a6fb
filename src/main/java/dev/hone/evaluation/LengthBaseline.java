package dev.hone.evaluation;

import static dev.hone.evaluation.PreferenceTally.right;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * What length alone says of pairs whose better answer is known, and how much more a judge of them
 * knows. Ties count half; shares have Wilson's interval.
 *
 * @param accuracy the judge's
 * @param byPrompt the same with an interval by drawing the prompts anew, each with all its pairs,
 *     which are not independent; its count is that of the prompts. Of a single one nothing can be
 *     said: 0 to 1.
 * @param longer of the rule that the answer of more tokens wins
 * @param shorter of the rule that the one of fewer wins
 * @param difference the judge's accuracy less that of the better rule. Its interval is by prompts,
 *     too; the rule stays the one that is better on all of them, which favours the rule. Of a
 *     single prompt nothing can be said: -1 to 1.
 */
public record LengthBaseline(
    Estimate accuracy, Estimate byPrompt, Estimate longer, Estimate shorter, Estimate difference) {
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
    ToDoubleFunction<Judged> ahead =
        pair -> pair.byJudge() - (longerWins ? pair.byLonger() : 1 - pair.byLonger());
    var prompts =
        pairs.stream()
            .collect(Collectors.groupingBy(Judged::prompt, LinkedHashMap::new, Collectors.toList()))
            .values();
    var accuracy = share(pairs, Judged::byJudge);
    var wider = drawn(prompts, Judged::byJudge, new Interval(0, 1));
    var difference = drawn(prompts, ahead, new Interval(-1, 1));
    return new LengthBaseline(
        accuracy,
        new Estimate(accuracy.value(), wider.low(), wider.high(), prompts.size()),
        longer,
        shorter,
        new Estimate(
            pairs.stream().mapToDouble(ahead).sum() / pairs.size(),
            difference.low(),
            difference.high(),
            pairs.size()));
  }

  private static Estimate share(List<Judged> pairs, ToDoubleFunction<Judged> right) {
    double sum = pairs.stream().mapToDouble(right).sum();
    var interval = Interval.wilson(sum, pairs.size());
    return new Estimate(sum / pairs.size(), interval.low(), interval.high(), pairs.size());
  }

  /**
   * The interval of a mean over pairs.
   *
   * @param alone of a single prompt
   */
  private static Interval drawn(
      Collection<List<Judged>> prompts, ToDoubleFunction<Judged> figure, Interval alone) {
    double[] sums =
        prompts.stream().mapToDouble(own -> own.stream().mapToDouble(figure).sum()).toArray();
    double[] counts = prompts.stream().mapToDouble(List::size).toArray();
    return sums.length == 1 ? alone : Bootstrap.interval(sums, counts, (sum, count) -> sum / count);
  }
}
