package dev.hone.preference;

import dev.hone.feedback.FeedbackLog;
import dev.hone.preference.Example.Kind;
import io.quarkus.hibernate.orm.panache.Panache;
import io.quarkus.narayana.jta.runtime.TransactionConfiguration;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * All that can be learnt from: derived from votes and imported. Always the same order for the same
 * rows: what votes say, prompt by prompt, then the imports, file by file. Nothing is held as a
 * whole; a reading sees the state of one moment.
 */
@ApplicationScoped
public class Preferences {
  private static final int PROMPTS_AT_ONCE = 100;
  private static final int LINES_AT_ONCE = 500;

  private final FeedbackLog feedback;

  Preferences(FeedbackLog feedback) {
    this.feedback = feedback;
  }

  /** Takes examples one by one. */
  @FunctionalInterface
  private interface Sink {
    void accept(Example example) throws IOException;
  }

  /** An import, as it was reported when it was done. */
  public record ImportView(
      UUID id,
      String owner,
      String fileName,
      String format,
      String sha256,
      int total,
      int imported,
      int duplicates,
      int rejected,
      Instant createdAt) {}

  /**
   * Counts by kind and, within it, by where the examples come from: the rule by which they follow
   * from votes, or the word import.
   */
  public record Summary(Map<Kind, Map<String, Long>> counts, List<ImportView> imports) {}

  /**
   * Writes every example of a kind as a line of TRL's JSON.
   *
   * @param out not closed
   */
  @Transactional(rollbackOn = IOException.class)
  @TransactionConfiguration(timeout = 3600)
  public void export(Kind kind, OutputStream out) throws IOException {
    seeOneMoment();
    forEachDerived(
        example -> {
          if (example.kind() == kind) {
            write(TrlFormat.write(example), out);
          }
        });
    for (PreferenceImport batch : PreferenceImport.inOrder()) {
      exportImported(batch.id, kind, out);
    }
  }

  @Transactional(rollbackOn = IOException.class)
  @TransactionConfiguration(timeout = 3600)
  public Summary summary() throws IOException {
    seeOneMoment();
    Map<Kind, Map<String, Long>> counts = new EnumMap<>(Kind.class);
    for (Kind kind : Kind.values()) {
      counts.put(kind, new TreeMap<>(Map.of("import", ImportedPreference.count(kind))));
    }
    forEachDerived(e -> counts.get(e.kind()).merge(e.provenance().source(), 1L, Long::sum));
    return new Summary(counts, PreferenceImport.inOrder().stream().map(Preferences::view).toList());
  }

  private void forEachDerived(Sink sink) throws IOException {
    List<String> prompts = feedback.votedPrompts("", PROMPTS_AT_ONCE);
    while (!prompts.isEmpty()) {
      var votes = feedback.onPrompts(prompts);
      for (Example example : Derivation.derive(votes, feedback.answersTo(prompts))) {
        sink.accept(example);
      }
      Panache.getSession().clear();
      prompts = feedback.votedPrompts(prompts.getLast(), PROMPTS_AT_ONCE);
    }
  }

  private static void exportImported(UUID batch, Kind kind, OutputStream out) throws IOException {
    var lines = ImportedPreference.page(batch, kind, 0, LINES_AT_ONCE);
    while (!lines.isEmpty()) {
      for (ImportedPreference line : lines) {
        write(line.example(), out);
      }
      lines = ImportedPreference.page(batch, kind, lines.getLast().number(), LINES_AT_ONCE);
    }
  }

  private static void write(String line, OutputStream out) throws IOException {
    out.write(line.getBytes(StandardCharsets.UTF_8));
    out.write('\n');
  }

  private static void seeOneMoment() {
    Panache.getSession()
        .createNativeMutationQuery("set transaction isolation level repeatable read, read only")
        .executeUpdate();
  }

  private static ImportView view(PreferenceImport row) {
    return new ImportView(
        row.id,
        row.owner,
        row.fileName,
        row.format,
        row.sha256,
        row.total,
        row.imported,
        row.duplicates,
        row.rejected,
        row.createdAt);
  }
}
