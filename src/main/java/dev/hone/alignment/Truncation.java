package dev.hone.alignment;

import java.util.Map;
import java.util.TreeMap;

/** Counts what is cut to fit, so that nothing is cut silently. For one thread. */
public final class Truncation {
  public static final String PROMPTS = "prompts-cut";
  public static final String ANSWERS = "answers-cut";

  private final Map<String, Integer> counts = new TreeMap<>();

  void note(Fitted fitted) {
    add(PROMPTS, fitted.promptCut() ? 1 : 0);
    add(ANSWERS, fitted.answersCut());
  }

  private void add(String reason, int count) {
    if (count > 0) {
      counts.merge(reason, count, Integer::sum);
    }
  }

  /** By {@link #PROMPTS} and {@link #ANSWERS}, where there are any. */
  public Map<String, Integer> counts() {
    return new TreeMap<>(counts);
  }
}
