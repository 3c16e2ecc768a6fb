package dev.hone.preference;

import java.util.stream.Collectors;

/** A strict import met bad lines, so nothing was imported. */
public final class RefusedImportException extends RuntimeException {
  private static final int SHOWN = 10;

  private final transient ImportReport report;

  RefusedImportException(ImportReport report) {
    super(
        "%,d of %,d lines are bad; nothing was imported (%s)"
            .formatted(report.rejectedCount(), report.total(), first(report)));
    this.report = report;
  }

  private static String first(ImportReport report) {
    String lines =
        report.rejected().stream()
            .limit(SHOWN)
            .map(bad -> "line %d: %s".formatted(bad.line(), bad.reason()))
            .collect(Collectors.joining("; "));
    return report.rejectedCount() > SHOWN ? lines + "; ..." : lines;
  }

  public ImportReport report() {
    return report;
  }
}
