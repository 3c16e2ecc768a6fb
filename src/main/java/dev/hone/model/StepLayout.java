package dev.hone.model;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One pass as the script takes it: a token for each of some slots, then runs of tokens.
 *
 * @param tokens [n + all runs' lengths]
 * @param positions [the same], where each token goes in its slot
 * @param runs [3 runs]: slot, positions held before, length
 * @param rows whose logits are wanted
 * @param slots that the cache must have
 * @param length positions that the cache must have
 */
record StepLayout(
    long[] tokens, long[] positions, long[] runs, long[] rows, int slots, int length) {
  static StepLayout of(NextTokens first, List<PromptRun> runs) {
    int n = first.count();
    int total = n + runs.stream().mapToInt(run -> run.tokens().length).sum();
    long[] all = new long[total];
    long[] at = new long[total];
    for (int i = 0; i < n; i++) {
      all[i] = first.tokens()[i];
      at[i] = first.positions()[i];
    }
    var rows = new ArrayList<>(IntStream.range(0, n).boxed().toList());
    int next = n;
    for (PromptRun run : runs) {
      for (int i = 0; i < run.tokens().length; i++, next++) {
        all[next] = run.tokens()[i];
        at[next] = (long) run.start() + i;
      }
      IntStream.range(next - run.wanted(), next).forEach(rows::add);
    }
    return new StepLayout(
        all,
        at,
        runs.stream()
            .flatMap(run -> IntStream.of(run.slot(), run.start(), run.tokens().length).boxed())
            .mapToLong(number -> number)
            .toArray(),
        rows.stream().mapToLong(row -> row).toArray(),
        runs.stream().mapToInt(run -> run.slot() + 1).reduce(first.slotCount(), Math::max),
        runs.stream().mapToInt(PromptRun::end).reduce(first.length(), Math::max));
  }
}
