package dev.hone.alignment;

import java.util.Map;
import java.util.TreeMap;

/** Counts what is cut to fit, so that nothing is cut silently. For one thread. */
public final class Truncation {
  private final Map<String, Integer> counts = new TreeMap<>();

  void note(Fitted fitted) {
    add("prompts-cut", fitted.promptCut() ? 1 : 0);
    add("answers-cut", fitted.answersCut());
  }

  private void add(String reason, int count) {
    if (count > 0) {
      counts.merge(reason, count, Integer::sum);
    }
  }

  /** {@code prompts-cut} and {@code answers-cut}, where there are any. */
  public Map<String, Integer> counts() {
    return new TreeMap<>(counts);
  }
}
