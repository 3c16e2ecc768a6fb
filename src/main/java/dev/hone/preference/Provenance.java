package dev.hone.preference;

import java.util.List;
import java.util.UUID;

/** Where an {@link Example} comes from. */
public sealed interface Provenance {
  /** The source of what was imported. */
  String IMPORT = "import";

  /** The rule's name, {@code import} or {@code file}. */
  default String source() {
    return switch (this) {
      case Voted voted -> voted.rule.label;
      case Imported _ -> IMPORT;
      case Listed _ -> "file";
    };
  }

  /** How examples follow from votes. */
  enum Rule {
    /** A or B of a comparison, over the other. */
    COMPARISON("comparison"),
    /** Each of two answers that a comparison found bad. */
    BOTH_BAD("bothBad"),
    /** Each answer of a ranking over each that stands behind it. */
    RANKING("ranking"),
    /** An edited answer over the original, and for itself. */
    EDIT("edit"),
    /** A thumb for itself. */
    RATING("rating"),
    /** An answer with the thumb up over one with the thumb down: same prompt, same owner. */
    UP_OVER_DOWN("upOverDown");

    private final String label;

    Rule(String label) {
      this.label = label;
    }
  }

  /**
   * @param feedback ids of the votes, one or (up over down) two
   * @param turns ids of the turns, in the order of the example's passages; an edited text has none
   */
  record Voted(Rule rule, List<UUID> feedback, List<String> turns) implements Provenance {}

  /**
   * @param batch id of the import
   * @param line number of the line in its file, from 1
   */
  record Imported(UUID batch, int line) implements Provenance {}

  /**
   * In a file that is read as it lies.
   *
   * @param line number of the line, from 1
   */
  record Listed(int line) implements Provenance {}
}
