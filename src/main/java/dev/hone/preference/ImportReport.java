package dev.hone.preference;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What became of a file's lines.
 *
 * @param total lines but for empty ones: imported, duplicates and rejectedCount together
 * @param duplicates lines whose content was there already, in this file or from an earlier import
 * @param rejected the bad lines in their order, {@value #MAX_LISTED} at most
 * @param kinds what the good lines are
 */
public record ImportReport(
    int total,
    int imported,
    int duplicates,
    int rejectedCount,
    List<Rejected> rejected,
    Set<Example.Kind> kinds) {
  static final int MAX_LISTED = 10_000;

  /** A bad line. */
  public record Rejected(int line, String reason) {}

  public ImportReport {
    rejected = List.copyOf(rejected);
    kinds = kinds.isEmpty() ? Set.of() : EnumSet.copyOf(kinds);
  }

  /** What it would have been, but for the transaction that was given up. */
  ImportReport nothingImported() {
    return new ImportReport(total, 0, 0, rejectedCount, rejected, kinds);
  }
}
