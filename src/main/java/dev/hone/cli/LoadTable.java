package dev.hone.cli;

import dev.hone.inference.load.LoadLevel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What clients got, as a table and as lines. */
final class LoadTable {
  private static final String HEAD =
      """
      | where | clients | tok/s | first token p50 | p95 | between tokens p95 | prompt, cached | overhead | clients' CPU |
      | --- | --- | --- | --- | --- | --- | --- | --- | --- |
      """;

  private LoadTable() {}

  static String engine(List<LoadLevel> levels) {
    return levels.stream()
        .map(level -> row("engine", level, "", ""))
        .reduce(HEAD, (table, row) -> table + row);
  }

  /**
   * @param overhead in percent, by clients
   */
  static String http(List<ClientLevel> levels, Map<Integer, Double> overhead) {
    var table = new StringBuilder(HEAD);
    for (ClientLevel level : levels) {
      Double percent = overhead.get(level.load().clients());
      table.append(
          row(
              "HTTP",
              level.load(),
              percent == null ? "" : number(percent, 1) + "%",
              number(100 * level.clientCores(), 0) + "% of a core"));
    }
    return table.toString();
  }

  /** By how much clients of the server get less than those of the engine alone. */
  static Map<Integer, Double> overhead(List<LoadLevel> engine, List<ClientLevel> http) {
    var overhead = new TreeMap<Integer, Double>();
    for (LoadLevel alone : engine) {
      for (ClientLevel served : http) {
        if (served.load().clients() == alone.clients()) {
          overhead.put(
              alone.clients(),
              100 * (1 - served.load().tokensPerSecond() / alone.tokensPerSecond()));
        }
      }
    }
    return overhead;
  }

  static String line(String where, LoadLevel level) {
    return "%s, %d clients: %s tok/s, first token %s s"
        .formatted(
            where,
            level.clients(),
            number(level.tokensPerSecond(), 0),
            number(level.firstTokenP50(), 2));
  }

  private static String row(String where, LoadLevel level, String overhead, String cpu) {
    var cells =
        new ArrayList<>(
            List.of(
                where,
                "" + level.clients(),
                number(level.tokensPerSecond(), 0),
                number(level.firstTokenP50(), 2) + " s",
                number(level.firstTokenP95(), 2) + " s",
                number(1000 * level.interTokenP95(), 0) + " ms",
                "%s, %d".formatted(number(level.promptTokens(), 0), level.cachedTokens()),
                overhead,
                cpu));
    return "| " + String.join(" | ", cells) + " |\n";
  }

  private static String number(double value, int decimals) {
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }
}
