package dev.hone.model;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One pass as the script takes it: a token for each of the first n slots, then runs of tokens.
 *
 * @param tokens [n + all runs' lengths]
 * @param positions [the same], where each token goes in its slot
 * @param runs [3 runs]: slot, positions held before, length
 * @param rows whose logits are wanted
 * @param decodeLength positions that the longest of the first n slots holds afterwards
 * @param slots that the cache must have
 * @param length positions that the cache must have
 */
record StepLayout(
    long[] tokens,
    long[] positions,
    long[] runs,
    long[] rows,
    int decodeLength,
    int slots,
    int length) {
  static StepLayout of(int[] tokens, int[] positions, List<PromptRun> runs) {
    int n = tokens.length;
    int total = n + runs.stream().mapToInt(run -> run.tokens().length).sum();
    long[] all = new long[total];
    long[] at = new long[total];
    int decodeLength = 1;
    for (int i = 0; i < n; i++) {
      all[i] = tokens[i];
      at[i] = positions[i];
      decodeLength = Math.max(decodeLength, positions[i] + 1);
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
        decodeLength,
        runs.stream().mapToInt(run -> run.slot() + 1).reduce(n, Math::max),
        runs.stream().mapToInt(PromptRun::end).reduce(decodeLength, Math::max));
  }
}
