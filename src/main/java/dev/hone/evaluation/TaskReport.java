package dev.hone.evaluation;

import java.util.List;
import java.util.Map;

/**
 * How a version does tasks whose answers a program can check (docs/algorithms/verifiable.md).
 * Numbers of no tasks at all are null.
 *
 * @param tasks that were answered, once each
 * @param solved share of them of which every check holds wholly
 * @param low end of that share's 95% interval (Wilson)
 * @param high its other end
 * @param reward mean over the tasks, each in [0, 1]
 * @param meanLength tokens of an answer, without its end of turn
 * @param unended share of answers that reached maxNewTokens
 * @param skipped tasks that were not asked
 * @param reasons why, each with how many
 */
public record TaskReport(
    int tasks,
    Double solved,
    Double low,
    Double high,
    Double reward,
    Double meanLength,
    Double unended,
    int skipped,
    Map<String, Integer> reasons) {
  /**
   * One task with its answer.
   *
   * @param tokens of the answer
   * @param bounded whether it reached its bound
   */
  record Done(double reward, int tokens, boolean bounded) {}

  static TaskReport of(List<Done> done, Map<String, Integer> reasons) {
    int skipped = reasons.values().stream().mapToInt(count -> count).sum();
    if (done.isEmpty()) {
      return new TaskReport(0, null, null, null, null, null, null, skipped, reasons);
    }
    int count = done.size();
    int solved = (int) done.stream().filter(one -> one.reward == 1).count();
    var interval = Interval.wilson(solved, count);
    return new TaskReport(
        count,
        (double) solved / count,
        interval.low(),
        interval.high(),
        done.stream().mapToDouble(Done::reward).average().orElseThrow(),
        done.stream().mapToInt(Done::tokens).average().orElseThrow(),
        (double) done.stream().filter(Done::bounded).count() / count,
        skipped,
        reasons);
  }
}
