package dev.hone.inference.load;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** Runs from when an answer is asked for. Used by one thread at a time. */
public final class AnswerClock {
  private static final double NANOS = 1e9;

  private final LongSupplier nanoTime;
  private final long asked;
  private final List<Long> heard = new ArrayList<>();

  /**
   * @param nanoTime {@link System#nanoTime}
   */
  public AnswerClock(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.asked = nanoTime.getAsLong();
  }

  /** Notes a piece of the answer, unless nothing is in it. */
  public void hear(String piece) {
    if (!piece.isEmpty()) {
      heard.add(nanoTime.getAsLong());
    }
  }

  /** The answer has ended; of one without any text the end is the first that was heard. */
  public AnswerTimes ended(int promptTokens, int cachedTokens, int tokens) {
    if (heard.isEmpty()) {
      heard.add(nanoTime.getAsLong());
    }
    var gaps = new ArrayList<Double>();
    for (int i = 1; i < heard.size(); i++) {
      gaps.add((heard.get(i) - heard.get(i - 1)) / NANOS);
    }
    double first = (heard.getFirst() - asked) / NANOS;
    return new AnswerTimes(promptTokens, cachedTokens, tokens, first, List.copyOf(gaps));
  }
}
