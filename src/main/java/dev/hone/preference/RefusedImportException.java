package dev.hone.preference;

/** A strict import met bad lines, so nothing was imported. */
public final class RefusedImportException extends RuntimeException {
  private final transient ImportReport report;

  RefusedImportException(ImportReport report) {
    super(
        "%,d of %,d lines are bad; nothing was imported"
            .formatted(report.rejectedCount(), report.total()));
    this.report = report;
  }

  public ImportReport report() {
    return report;
  }
}
