package dev.hone.inference;

import java.util.List;

/**
 * Cuts an answer before the first of its stop strings. Text that may be the beginning of one is
 * held back until it is known.
 */
final class StopStrings {
  private final List<String> stops;
  private final StringBuilder held = new StringBuilder();
  private boolean met;

  StopStrings(List<String> stops) {
    this.stops = stops.stream().filter(stop -> !stop.isEmpty()).toList();
  }

  /** Takes what was generated and returns what may be shown. */
  String push(String text) {
    held.append(text);
    int stop = firstStop();
    if (stop >= 0) {
      met = true;
      held.setLength(stop);
      return flush();
    }
    int safe = held.length() - possibleStopAtEnd();
    String shown = held.substring(0, safe);
    held.delete(0, safe);
    return shown;
  }

  boolean met() {
    return met;
  }

  /** Text held back that belongs to the answer after all. */
  String flush() {
    String rest = held.toString();
    held.setLength(0);
    return rest;
  }

  private int firstStop() {
    return stops.stream().mapToInt(held::indexOf).filter(at -> at >= 0).min().orElse(-1);
  }

  /** Length of the longest end of the held text that a stop string begins with. */
  private int possibleStopAtEnd() {
    int longest = 0;
    for (String stop : stops) {
      for (int n = Math.min(stop.length() - 1, held.length()); n > longest; n--) {
        if (stop.startsWith(held.substring(held.length() - n))) {
          longest = n;
        }
      }
    }
    return longest;
  }
}
