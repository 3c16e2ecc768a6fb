package dev.hone.preference;

import io.quarkus.hibernate.orm.panache.Panache;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/**
 * A line of an import in canonical form.
 *
 * @param number of the line in its file, from 1
 * @param example TRL's JSON
 */
record ImportedPreference(int number, Example.Kind kind, String example) {
  static String column(Example.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  /** Imports come one after the other, so that two of the same file can't wait for each other. */
  static void lockForWriting() {
    Panache.getSession()
        .createNativeMutationQuery("lock table imported_preference in share row exclusive mode")
        .executeUpdate();
  }

  /**
   * @return how many were written; the others were there already
   */
  static int insert(UUID batch, List<ImportedPreference> lines) {
    return Panache.getSession()
        .createNativeMutationQuery(
            """
            insert into imported_preference (import, line, kind, example, sha256)
            select :batch, line, kind, example, sha256(convert_to(example, 'UTF8'))
            from unnest(cast(:lines as integer[]), cast(:kinds as text[]), cast(:examples as text[]))
                as incoming (line, kind, example)
            on conflict (sha256) do nothing""")
        .setParameter("batch", batch)
        .setParameter(
            "lines", lines.stream().map(ImportedPreference::number).toArray(Integer[]::new))
        .setParameter("kinds", lines.stream().map(l -> column(l.kind)).toArray(String[]::new))
        .setParameter(
            "examples", lines.stream().map(ImportedPreference::example).toArray(String[]::new))
        .executeUpdate();
  }

  /** The next lines of an import after the given one, in their order. */
  static List<ImportedPreference> page(UUID batch, Example.Kind kind, int after, int limit) {
    return Panache.getSession()
        .createNativeQuery(
            """
            select line, example from imported_preference
            where import = :batch and kind = :kind and line > :after order by line limit :limit""",
            Object[].class)
        .setParameter("batch", batch)
        .setParameter("kind", column(kind))
        .setParameter("after", after)
        .setParameter("limit", limit)
        .getResultStream()
        .map(row -> new ImportedPreference((int) row[0], kind, (String) row[1]))
        .toList();
  }

  /** Pairs of all imports, file by file, line by line. */
  static List<Example.Pair> pairs(long offset, int limit) {
    return Panache.getSession()
        .createNativeQuery(
            """
            select i.import, i.line, i.example
            from imported_preference i join preference_import p on p.id = i.import
            where i.kind = :kind order by p.created_at, p.id, i.line offset :offset limit :limit""",
            Object[].class)
        .setParameter("kind", column(Example.Kind.PAIRS))
        .setParameter("offset", offset)
        .setParameter("limit", limit)
        .getResultStream()
        .map(
            row ->
                new ImportedPreference((int) row[1], Example.Kind.PAIRS, (String) row[2])
                    .read((UUID) row[0]))
        .map(Example.Pair.class::cast)
        .toList();
  }

  /** The line as what it is. */
  Example read(UUID batch) {
    return Format.TRL.read(example, new Provenance.Imported(batch, number));
  }

  static long count(Example.Kind kind) {
    return Panache.getSession()
        .createNativeQuery(
            "select count(*) from imported_preference where kind = :kind", Long.class)
        .setParameter("kind", column(kind))
        .getSingleResult();
  }
}
