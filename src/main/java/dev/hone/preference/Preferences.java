package dev.hone.preference;

import dev.hone.feedback.FeedbackEntry;
import dev.hone.feedback.FeedbackLog;
import dev.hone.feedback.VotedAnswer;
import dev.hone.preference.Example.Kind;
import dev.hone.preference.Example.Pair;
import io.quarkus.hibernate.orm.panache.Panache;
import io.quarkus.narayana.jta.runtime.TransactionConfiguration;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;

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

  /** Takes examples that follow from votes one by one. */
  @FunctionalInterface
  private interface Sink {
    void accept(Example example, Said said) throws IOException;
  }

  /** Votes by id and the answers that they speak of by turn id, those on a page of prompts. */
  private record Said(Map<UUID, FeedbackEntry> votes, Map<String, VotedAnswer> answers) {
    Origin origin(Example example) {
      return Origin.of(example.provenance(), votes, answers);
    }
  }

  /** Takes examples one by one. */
  @FunctionalInterface
  public interface ExampleSink {
    void accept(Example example, Origin origin) throws IOException;
  }

  /**
   * Some of the pairs in their order.
   *
   * @param total how many there are
   */
  public record PairPage(long total, List<Pair> pairs) {}

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
        (example, _) -> {
          if (example.kind() == kind) {
            write(TrlFormat.write(example), out);
          }
        });
    for (PreferenceImport batch : PreferenceImport.inOrder()) {
      forEachImported(batch.id, kind, line -> write(line.example(), out));
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
    forEachDerived((e, _) -> counts.get(e.kind()).merge(e.provenance().source(), 1L, Long::sum));
    return new Summary(counts, PreferenceImport.inOrder().stream().map(Preferences::view).toList());
  }

  /** Every example of every kind that comes in one of these ways. */
  @Transactional(rollbackOn = IOException.class)
  @TransactionConfiguration(timeout = 3600)
  public void forEach(Set<PairSource> include, ExampleSink sink) throws IOException {
    seeOneMoment();
    if (include.contains(PairSource.VOTES)) {
      forEachDerived((example, said) -> sink.accept(example, said.origin(example)));
    }
    if (include.contains(PairSource.IMPORTED)) {
      for (PreferenceImport batch : PreferenceImport.inOrder()) {
        for (Kind kind : Kind.values()) {
          forEachImported(
              batch.id, kind, line -> sink.accept(line.read(batch.id), new Origin.Import()));
        }
      }
    }
  }

  /**
   * @param source a rule's name or {@code import}; empty for all
   */
  @Transactional(rollbackOn = IOException.class)
  @TransactionConfiguration(timeout = 3600)
  public PairPage pairs(Optional<String> source, long offset, int limit) throws IOException {
    seeOneMoment();
    var pairs = new ArrayList<Pair>();
    var derived = new AtomicLong();
    forEachDerived(
        (example, _) -> {
          if (example instanceof Pair pair
              && source.map(pair.provenance().source()::equals).orElse(true)) {
            long index = derived.getAndIncrement();
            if (index >= offset && pairs.size() < limit) {
              pairs.add(pair);
            }
          }
        });
    if (source.isPresent() && !source.get().equals(Provenance.IMPORT)) {
      return new PairPage(derived.get(), pairs);
    }
    pairs.addAll(
        ImportedPreference.pairs(Math.max(0, offset - derived.get()), limit - pairs.size()));
    return new PairPage(derived.get() + ImportedPreference.count(Kind.PAIRS), pairs);
  }

  private void forEachDerived(Sink sink) throws IOException {
    List<String> prompts = feedback.votedPrompts("", PROMPTS_AT_ONCE);
    while (!prompts.isEmpty()) {
      var votes = feedback.onPrompts(prompts);
      var answers = feedback.answersTo(prompts);
      var said =
          new Said(
              votes.stream().collect(Collectors.toMap(FeedbackEntry::id, Function.identity())),
              answers);
      for (Example example : Derivation.derive(votes, answers)) {
        sink.accept(example, said);
      }
      Panache.getSession().clear();
      prompts = feedback.votedPrompts(prompts.getLast(), PROMPTS_AT_ONCE);
    }
  }

  /** Takes lines of imports one by one. */
  @FunctionalInterface
  private interface LineSink {
    void accept(ImportedPreference line) throws IOException;
  }

  private static void forEachImported(UUID batch, Kind kind, LineSink sink) throws IOException {
    var lines = ImportedPreference.page(batch, kind, 0, LINES_AT_ONCE);
    while (!lines.isEmpty()) {
      for (ImportedPreference line : lines) {
        sink.accept(line);
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
