package dev.hone.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** How varied answers are: different runs of tokens among all (distinct-n, Li et al. 2016). */
final class Distinct {
  private Distinct() {}

  /**
   * Both versions' share of different runs in all answers together, with the interval of their
   * ratio.
   *
   * @param length of a run
   * @param parent tokens of each answer
   * @param candidate likewise, to the same prompts
   */
  static Comparison of(int length, List<int[]> parent, List<int[]> candidate) {
    var all = shares(length, parent, candidate);
    double[] leftOut =
        IntStream.range(0, parent.size())
            .mapToDouble(i -> shares(length, without(parent, i), without(candidate, i)).ratio())
            .toArray();
    var interval = Interval.jackknife(all.ratio(), leftOut);
    return new Comparison(
        all.parent(), all.candidate(), Math.max(0, interval.low()), interval.high());
  }

  /**
   * Without an interval. Longer texts repeat more, so of two answers to one prompt as many tokens
   * are taken of one as of the other.
   */
  static Comparison shares(int length, List<int[]> parent, List<int[]> candidate) {
    var sizes =
        IntStream.range(0, parent.size())
            .map(i -> Math.min(parent.get(i).length, candidate.get(i).length))
            .toArray();
    return new Comparison(
        share(length, parent, sizes), share(length, candidate, sizes), null, null);
  }

  private static List<int[]> without(List<int[]> answers, int index) {
    var rest = new ArrayList<>(answers);
    rest.remove(index);
    return rest;
  }

  /** 1 where there is no run at all. */
  private static double share(int length, List<int[]> answers, int[] sizes) {
    Set<List<Integer>> different = new HashSet<>();
    int all = 0;
    for (int i = 0; i < sizes.length; i++) {
      for (int end = length; end <= sizes[i]; end++) {
        different.add(Arrays.stream(answers.get(i), end - length, end).boxed().toList());
        all++;
      }
    }
    return all == 0 ? 1 : (double) different.size() / all;
  }
}
