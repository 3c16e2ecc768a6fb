package dev.hone.model;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Prompts, each with the answers that branch off it, as one run of rows without padding: {@code
 * [prompt | answer | answer | prompt | ...]}. A prompt's tokens appear once; all its answers start
 * at the position behind it and do not see each other. The last token of an answer predicts nothing
 * and is left out, unless the tokens' own rows are read.
 */
public final class AnswerBatch {
  /** A prompt and its answers, each at least one token. */
  public record Branches(int[] prompt, int[]... answers) {}

  /** Which row tells of an answer's token. */
  public enum Reading {
    /** The one before, which predicts it: for the value of the state that it is drawn in. */
    BEFORE,
    /** Its own, which has seen it: for what the answer is worth up to there. */
    AT
  }

  private final List<Branches> groups;
  private final Reading reading;
  private final double temperature;

  public AnswerBatch(List<Branches> groups) {
    this(groups, Reading.BEFORE);
  }

  /**
   * @param reading of a head's values; log-probabilities are the same in both
   */
  public AnswerBatch(List<Branches> groups, Reading reading) {
    this(groups, reading, 1);
  }

  /**
   * @param temperature that logits are divided by before they are log-probabilities, as they were
   *     when the answers were sampled
   */
  public AnswerBatch(List<Branches> groups, Reading reading, double temperature) {
    this.groups = List.copyOf(groups);
    this.reading = reading;
    this.temperature = temperature;
  }

  double temperature() {
    return temperature;
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

  /** What each answer's last token has. */
  public double[] ends(float[] perToken) {
    return Arrays.stream(ends()).mapToDouble(end -> perToken[end]).toArray();
  }

  /** Gives the last token of an answer the answer's own number, and those before it none. */
  public float[] atEnds(double[] perAnswer) {
    int[] ends = ends();
    float[] atEnds = new float[ends[ends.length - 1] + 1];
    for (int answer = 0; answer < ends.length; answer++) {
      atEnds[ends[answer]] = (float) perAnswer[answer];
    }
    return atEnds;
  }

  /** Where among the targets each answer's last token is. */
  private int[] ends() {
    int[] ends = answerLengths();
    int end = -1;
    for (int answer = 0; answer < ends.length; answer++) {
      end += ends[answer];
      ends[answer] = end;
    }
    return ends;
  }

  private Stream<int[]> answers() {
    return groups.stream().flatMap(group -> Arrays.stream(group.answers()));
  }

  /** Rows of each group, [groups]. */
  long[] groupLengths() {
    return groups.stream()
        .mapToLong(
            group ->
                group.prompt().length + Arrays.stream(group.answers()).mapToLong(this::count).sum())
        .toArray();
  }

  /** [rows]. */
  long[] tokens() {
    return rows(
        (group, branch) ->
            branch == 0
                ? Arrays.stream(group.prompt())
                : Arrays.stream(answer(group, branch), 0, count(group, branch)));
  }

  /** [rows]. */
  long[] positions() {
    return rows(
        (group, branch) -> {
          int first = branch == 0 ? 0 : group.prompt().length;
          return IntStream.range(first, first + count(group, branch));
        });
  }

  /** 0 for a prompt's rows, n for those of its n-th answer, [rows]. */
  long[] branches() {
    return rows((group, branch) -> IntStream.range(0, count(group, branch)).map(_ -> branch));
  }

  private static int[] answer(Branches group, int branch) {
    return group.answers()[branch - 1];
  }

  private int count(Branches group, int branch) {
    return branch == 0 ? group.prompt().length : count(answer(group, branch));
  }

  private int count(int[] answer) {
    return reading == Reading.AT ? answer.length : answer.length - 1;
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
    return targetRows(Reading.BEFORE);
  }

  /** The row that tells of each of the answers' tokens, [targets]. */
  long[] readRows() {
    return targetRows(reading);
  }

  private long[] targetRows(Reading which) {
    var rows = LongStream.builder();
    long start = 0;
    for (Branches group : groups) {
      long lastOfPrompt = start + group.prompt().length - 1;
      start += group.prompt().length;
      for (int[] answer : group.answers()) {
        for (int i = 0; i < answer.length; i++) {
          long own = start + i;
          long before = i == 0 ? lastOfPrompt : own - 1;
          rows.add(which == Reading.AT ? own : before);
        }
        start += count(answer);
      }
    }
    return rows.build().toArray();
  }
}
