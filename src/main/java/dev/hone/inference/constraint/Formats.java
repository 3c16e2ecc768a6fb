package dev.hone.inference.constraint;

import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.lucene.util.automaton.Automaton;

/** Formats that are written as RFC 3339, RFC 4122, RFC 791 and the simpler half of RFC 5321 say. */
final class Formats {
  /** Without the 29th of February, which is not always one. */
  private static final String DATE =
      "[12]\\d{3}-((0[13578]|1[02])-(0[1-9]|[12]\\d|3[01])|(0[469]|11)-(0[1-9]|[12]\\d|30)"
          + "|02-(0[1-9]|1\\d|2[0-8]))";

  private static final String TIME =
      "([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,3})?(Z|\\+00:00|[+-](0[1-9]|1[0-3]):[0-5]\\d)";

  private static final String BYTE = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
  private static final String LABEL = "[a-z][a-z0-9]{0,20}";

  private static final Map<String, String> PATTERNS =
      Map.of(
          "date",
          DATE,
          "time",
          TIME,
          "date-time",
          DATE + "T" + TIME,
          "uuid",
          "[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}",
          "ipv4",
          "(" + BYTE + "\\.){3}" + BYTE,
          "email",
          "[a-z0-9]{1,20}([._-][a-z0-9]{1,20}){0,2}@(" + LABEL + "\\.){1,3}[a-z]{2,10}");

  private Formats() {}

  /** Texts of the format; empty if it is not known. */
  static Optional<Automaton> texts(String format) {
    return Optional.ofNullable(PATTERNS.get(format))
        .map(pattern -> Pattern.texts("^(" + pattern + ")$"));
  }

  static String known() {
    return String.join(", ", new TreeSet<>(PATTERNS.keySet()));
  }
}
