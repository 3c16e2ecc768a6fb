package dev.hone.inference;

import java.util.HashMap;
import java.util.Map;

/**
 * Whether verifying drafts pays: steps with and without are timed, for batches of about the same
 * size each, and the better way is taken. The other one is tried now and then, at once again where
 * it did better and ever more rarely where it did not. Without a clock of its own.
 */
final class SpeculationPace {
  /** Steps of both ways before they are compared. */
  private static final int ENOUGH = 4;

  private static final int SHORTEST_WAIT = 64;
  private static final int LONGEST_WAIT = 1_024;

  private final Map<Integer, Size> sizes = new HashMap<>();

  /** Whether the next step should verify drafts, where there are any. */
  boolean tries(int sequences) {
    Size size = size(sequences);
    if (size.plain.steps < ENOUGH || size.speculating.steps < ENOUGH) {
      return size.plain.steps >= ENOUGH;
    }
    return size.pays() != size.due();
  }

  /** Whether that is known to be the better way. */
  boolean pays(int sequences) {
    Size size = size(sequences);
    return size.plain.steps >= ENOUGH && size.speculating.steps >= ENOUGH && size.pays();
  }

  /**
   * Learns what a step took in which nothing but that was done.
   *
   * @param speculating whether there was a draft
   * @param tokens drawn for all sequences together
   */
  void stepped(int sequences, boolean speculating, int tokens, double seconds) {
    size(sequences).stepped(speculating, (double) tokens / sequences, seconds);
  }

  /** One to itself, two, up to four, up to eight and so on. */
  private Size size(int sequences) {
    return sizes.computeIfAbsent(
        Integer.SIZE - Integer.numberOfLeadingZeros(sequences - 1), _ -> new Size());
  }

  private static final class Size {
    private final Rate plain = new Rate();
    private final Rate speculating = new Rate();

    /** Steps since the worse way was tried last, and how many there have to be. */
    private int since;

    private int wait = SHORTEST_WAIT;

    boolean pays() {
      return speculating.tokensPerSecond() > plain.tokensPerSecond();
    }

    boolean due() {
      return since >= wait;
    }

    void stepped(boolean drafted, double tokens, double seconds) {
      boolean paid = pays();
      if (drafted == paid) {
        since++;
      } else {
        double usual = (paid ? speculating : plain).tokensPerSecond();
        wait = tokens / seconds > usual ? 0 : Math.clamp(2L * wait, SHORTEST_WAIT, LONGEST_WAIT);
        since = 0;
      }
      (drafted ? speculating : plain).add(tokens, seconds);
      if (paid != pays()) {
        wait = SHORTEST_WAIT;
        since = 0;
      }
    }
  }

  /** Running means; one step that took far longer, for whatever reason, does not count in full. */
  private static final class Rate {
    private static final double NEWEST = 0.2;
    private static final double OUTLIER = 3;

    private int steps;
    private double tokens;
    private double seconds;

    void add(double newTokens, double newSeconds) {
      steps++;
      double weight = Math.max(NEWEST, 1.0 / steps);
      double bounded = steps > ENOUGH ? Math.min(newSeconds, OUTLIER * seconds) : newSeconds;
      tokens += weight * (newTokens - tokens);
      seconds += weight * (bounded - seconds);
    }

    /** None before the first step. */
    double tokensPerSecond() {
      return steps == 0 ? 0 : tokens / seconds;
    }
  }
}
