package dev.hone.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Prompts, each with the answers that branch off it, as one run of rows without padding: {@code
 * [prompt | answer | answer | prompt | ...]}. A prompt's tokens appear once; all its answers start
 * at the position behind it and do not see each other. The last token of an answer predicts nothing
 * and is left out.
 */
public final class AnswerBatch {
  /** A prompt and its answers, each at least one token. */
  public record Branches(int[] prompt, int[]... answers) {}

  private final List<Branches> groups;

  public AnswerBatch(List<Branches> groups) {
    this.groups = List.copyOf(groups);
  }

  /** The answers' lengths, in their order. */
  public int[] answerLengths() {
    return answers().mapToInt(answer -> answer.length).toArray();
  }

  /** All answers' tokens, [sum of lengths]. */
  public long[] targets() {
    return answers().flatMapToInt(Arrays::stream).asLongStream().toArray();
  }

  /** Rows of the run. */
  public int rowCount() {
    return Arrays.stream(groupLengths()).mapToInt(Math::toIntExact).sum();
  }

  /** Adds up what each answer's tokens have. */
  public double[] sums(float[] perToken) {
    int[] lengths = answerLengths();
    double[] sums = new double[lengths.length];
    int at = 0;
    for (int answer = 0; answer < lengths.length; answer++) {
      for (int i = 0; i < lengths[answer]; i++) {
        sums[answer] += perToken[at++];
      }
    }
    return sums;
  }

  /** Gives each token of an answer the answer's own number. */
  public float[] spread(double[] perAnswer) {
    int[] lengths = answerLengths();
    float[] spread = new float[Arrays.stream(lengths).sum()];
    int at = 0;
    for (int answer = 0; answer < lengths.length; answer++) {
      Arrays.fill(spread, at, at + lengths[answer], (float) perAnswer[answer]);
      at += lengths[answer];
    }
    return spread;
  }

  private java.util.stream.Stream<int[]> answers() {
    return groups.stream().flatMap(group -> Arrays.stream(group.answers()));
  }

  /** Rows of each group, [groups]. */
  long[] groupLengths() {
    return groups.stream()
        .mapToLong(
            group ->
                group.prompt().length
                    + Arrays.stream(group.answers()).mapToLong(answer -> answer.length - 1).sum())
        .toArray();
  }

  /** [rows]. */
  long[] tokens() {
    return rows(
        (group, branch) -> Arrays.stream(branch == 0 ? group.prompt() : heads(group, branch)));
  }

  /** [rows]. */
  long[] positions() {
    return rows(
        (group, branch) ->
            branch == 0
                ? IntStream.range(0, group.prompt().length)
                : IntStream.range(0, heads(group, branch).length)
                    .map(i -> group.prompt().length + i));
  }

  /** 0 for a prompt's rows, n for those of its n-th answer, [rows]. */
  long[] branches() {
    return rows(
        (group, branch) ->
            IntStream.range(0, branch == 0 ? group.prompt().length : heads(group, branch).length)
                .map(_ -> branch));
  }

  private static int[] heads(Branches group, int branch) {
    int[] answer = group.answers()[branch - 1];
    return Arrays.copyOf(answer, answer.length - 1);
  }

  private interface Part {
    IntStream of(Branches group, int branch);
  }

  private long[] rows(Part part) {
    var all = IntStream.builder();
    for (Branches group : groups) {
      for (int branch = 0; branch <= group.answers().length; branch++) {
        part.of(group, branch).forEach(all);
      }
    }
    return all.build().asLongStream().toArray();
  }

  /** The row that predicts each of the answers' tokens, [targets]. */
  long[] predictors() {
    var rows = new ArrayList<Long>();
    long start = 0;
    for (Branches group : groups) {
      long lastOfPrompt = start + group.prompt().length - 1;
      start += group.prompt().length;
      for (int[] answer : group.answers()) {
        rows.add(lastOfPrompt);
        for (int i = 0; i < answer.length - 1; i++) {
          rows.add(start++);
        }
      }
    }
    return rows.stream().mapToLong(Long::longValue).toArray();
  }
}
