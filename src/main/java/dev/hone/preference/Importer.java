package dev.hone.preference;

import dev.hone.preference.ImportReport.Rejected;
import dev.hone.preference.LineReader.Line;
import io.quarkus.narayana.jta.runtime.TransactionConfiguration;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/** Brings files of preferences into the database, each in one transaction. */
@ApplicationScoped
public class Importer {
  private static final int BATCH_LINES = 500;
  private static final int BATCH_CHARACTERS = 8 << 20;

  private final Clock clock = Clock.systemUTC();

  /**
   * @param owner who brings it
   * @param fileName what it is called there
   * @param strict whether one bad line refuses the whole file
   */
  public record Source(String owner, String fileName, Format format, boolean strict) {}

  /** What has been read, and the lines not yet written. */
  private static final class Progress {
    final UUID batch = UUID.randomUUID();
    final List<Rejected> rejected = new ArrayList<>();
    final EnumSet<Example.Kind> kinds = EnumSet.noneOf(Example.Kind.class);
    final List<ImportedPreference> pending = new ArrayList<>();
    int pendingCharacters;
    int total;
    int imported;
    int rejectedCount;

    void reject(int line, String reason) {
      rejectedCount++;
      if (rejected.size() < ImportReport.MAX_LISTED) {
        rejected.add(new Rejected(line, reason));
      }
    }

    void add(int line, Example example) {
      var written = new ImportedPreference(line, example.kind(), TrlFormat.write(example));
      kinds.add(example.kind());
      pending.add(written);
      pendingCharacters += written.example().length();
      if (pending.size() == BATCH_LINES || pendingCharacters >= BATCH_CHARACTERS) {
        flush();
      }
    }

    void flush() {
      imported += ImportedPreference.insert(batch, pending);
      pending.clear();
      pendingCharacters = 0;
    }

    ImportReport report() {
      int duplicates = total - imported - rejectedCount;
      return new ImportReport(total, imported, duplicates, rejectedCount, rejected, kinds);
    }
  }

  /**
   * @param in read to its end, not closed
   * @throws RefusedImportException if strict and a line is bad
   * @throws IOException from {@code in}; nothing is imported then
   */
  @Transactional(rollbackOn = IOException.class)
  @TransactionConfiguration(timeout = 3600)
  public ImportReport importFrom(InputStream in, Source source) throws IOException {
    ImportedPreference.lockForWriting();
    var hashed = new DigestInputStream(in, sha256());
    var lines = new LineReader(hashed, LineReader.MOST_BYTES);
    var progress = new Progress();
    for (var line = lines.next(); line.isPresent(); line = lines.next()) {
      progress.total++;
      take(line.get(), source.format(), progress);
    }
    progress.flush();
    ImportReport report = progress.report();
    if (source.strict() && report.rejectedCount() > 0) {
      throw new RefusedImportException(report.nothingImported());
    }
    row(progress.batch, source, report, hashed.getMessageDigest()).persist();
    return report;
  }

  private static void take(Line line, Format format, Progress progress) {
    switch (line) {
      case Line.Bad(int number, String reason) -> progress.reject(number, reason);
      case Line.Good(int number, String text) -> {
        try {
          var provenance = new Provenance.Imported(progress.batch, number);
          progress.add(number, format.read(text, provenance));
        } catch (BadLineException e) {
          progress.reject(number, e.getMessage());
        }
      }
    }
  }

  private PreferenceImport row(UUID id, Source source, ImportReport report, MessageDigest digest) {
    var row = new PreferenceImport();
    row.id = id;
    row.owner = source.owner();
    row.fileName = source.fileName();
    row.format = source.format().name().toLowerCase(java.util.Locale.ROOT);
    row.sha256 = HexFormat.of().formatHex(digest.digest());
    row.total = report.total();
    row.imported = report.imported();
    row.duplicates = report.duplicates();
    row.rejected = report.rejectedCount();
    row.createdAt = clock.instant();
    return row;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
