package dev.hone.inference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.hone.model.LogitChanges;
import dev.hone.model.LogitTable;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Logits in libtorch's memory, of which only what a draw needs is copied. */
final class TorchLogits implements Logits, AutoCloseable {
  private final LogitTable table;
  private final NDManager step;
  private final NDArray logits;
  private final int vocabulary;
  private final int listed;

  /**
   * @param step owns the logits; closed with this
   * @param logits [rows, vocabulary]
   */
  TorchLogits(LogitTable table, NDManager step, NDArray logits) {
    this.table = table;
    this.step = step;
    this.logits = logits;
    this.vocabulary = table.vocabulary();
    this.listed = Math.min(LISTED, vocabulary);
  }

  @Override
  public List<Candidates> candidates(List<Shaping> shapings) {
    float[] divisors = new float[shapings.size()];
    for (int row = 0; row < divisors.length; row++) {
      divisors[row] = (float) shapings.get(row).divisor();
    }
    boolean plain = shapings.stream().allMatch(Shaping::changesNothing);
    NDArray listing =
        plain
            ? table.of(step, logits, divisors, listed)
            : table.of(step, logits, divisors, listed, changes(shapings));
    float[] numbers = listing.toFloatArray();
    int width = numbers.length / divisors.length;
    return IntStream.range(0, divisors.length)
        .mapToObj(row -> candidates(new Line(numbers, row * width), row, shapings.get(row), plain))
        .toList();
  }

  /** A line of a table that is read from the left. */
  private static final class Line {
    private final float[] numbers;
    private int at;

    Line(float[] numbers, int at) {
      this.numbers = numbers;
      this.at = at;
    }

    float[] next(int count) {
      at += count;
      return Arrays.copyOfRange(numbers, at - count, at);
    }
  }

  private Candidates candidates(Line line, int row, Shaping shaping, boolean plain) {
    int[] tokens = ids(line.next(listed));
    float[] shaped = line.next(listed);
    float[] raw = plain ? shaped : line.next(listed);
    var ranked =
        plain
            ? new Candidates.Ranked(tokens, shaped)
            : new Candidates.Ranked(ids(line.next(listed)), line.next(listed));
    float[] sums = line.next(2);
    return new Candidates(
        tokens,
        shaped,
        raw,
        ranked,
        sums[0],
        sums[1],
        listed == vocabulary,
        () -> Candidates.of(row(row), shaping, vocabulary));
  }

  private static int[] ids(float[] exact) {
    int[] ids = new int[exact.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = (int) exact[i];
    }
    return ids;
  }

  private float[] row(int row) {
    try (NDArray one = logits.get(row)) {
      return one.toFloatArray();
    }
  }

  private LogitChanges changes(List<Shaping> shapings) {
    int count = shapings.stream().mapToInt(shaping -> shaping.edits().tokens().length).sum();
    long[] rows = new long[count];
    long[] tokens = new long[count];
    float[] divisors = new float[count];
    float[] addends = new float[count];
    int at = 0;
    for (int row = 0; row < shapings.size(); row++) {
      var edits = shapings.get(row).edits();
      for (int i = 0; i < edits.tokens().length; i++, at++) {
        rows[at] = row;
        tokens[at] = edits.tokens()[i];
        divisors[at] = edits.divisors()[i];
        addends[at] = edits.addends()[i];
      }
    }
    int[] masked =
        IntStream.range(0, shapings.size())
            .filter(row -> shapings.get(row).allowed().isPresent())
            .toArray();
    byte[] blocked = new byte[masked.length * vocabulary];
    for (int i = 0; i < masked.length; i++) {
      shapings.get(masked[i]).allowed().orElseThrow().blocked(blocked, i * vocabulary, vocabulary);
    }
    return new LogitChanges(
        rows, tokens, divisors, addends, IntStream.of(masked).asLongStream().toArray(), blocked);
  }

  @Override
  public void close() {
    step.close();
  }
}
