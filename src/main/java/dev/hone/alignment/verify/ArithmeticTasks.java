package dev.hone.alignment.verify;

import java.math.BigDecimal;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SplittableRandom;

/** Sums and differences, to be answered in a form that a program can read. */
public final class ArithmeticTasks {
  /** By which they are asked for in place of a file. */
  public static final String NAME = "arithmetic";

  /** What a training asks, and how large its numbers are. */
  private static final int LEARNT = 1000;

  private static final int LARGEST = 50;

  /** Most that {@link #heldOut} has. */
  public static final int MOST_HELD_OUT = LARGEST * LARGEST - LEARNT;

  private ArithmeticTasks() {}

  private record Term(int left, boolean plus, int right) {
    static Term drawn(SplittableRandom random, int largest) {
      return new Term(
          random.nextInt(1, largest + 1), random.nextBoolean(), random.nextInt(1, largest + 1));
    }

    VerifiableTask task() {
      int value = plus ? left + right : left - right;
      return VerifiableTask.of(
          "What is %d %s %d? End with a line that says \"Answer: \" and the number alone."
              .formatted(left, plus ? "+" : "-", right),
          List.of(new AnswerCheck.FinalNumber(BigDecimal.valueOf(value))));
    }
  }

  /** Those that a training with this seed may ask. */
  public static List<VerifiableTask> learnt(long seed) {
    return of(seed, LEARNT, LARGEST);
  }

  /**
   * Others of the same kind, of which a training with this seed asks none.
   *
   * @param count at most {@link #MOST_HELD_OUT}
   */
  public static List<VerifiableTask> heldOut(long seed, int count) {
    return of(seed, LEARNT + count, LARGEST).subList(LEARNT, LEARNT + count);
  }

  /**
   * Different ones; the same for the same arguments. The first of a longer list are those of a
   * shorter one, so a part that is held out shares no question with the rest.
   *
   * @param count at most half of those that there are
   * @param largest of the two numbers, which are at least 1
   */
  public static List<VerifiableTask> of(long seed, int count, int largest) {
    if (count < 0 || count > (long) largest * largest) {
      throw new IllegalArgumentException(
          "at most %d tasks with numbers up to %d, %d were wanted"
              .formatted((long) largest * largest, largest, count));
    }
    var random = new SplittableRandom(seed);
    var terms = new LinkedHashSet<Term>();
    while (terms.size() < count) {
      terms.add(Term.drawn(random, largest));
    }
    return terms.stream().map(Term::task).toList();
  }
}
