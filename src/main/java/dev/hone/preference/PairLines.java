package dev.hone.preference;

import dev.hone.preference.Example.Pair;
import dev.hone.preference.LineReader.Line;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.UUID;

/**
 * Every pair of a preference file, one at a time and none left out: equal answers, and what was
 * there before, are pairs like others.
 */
public final class PairLines {
  private static final UUID NO_IMPORT = new UUID(0, 0);

  private final LineReader lines;
  private final Format format;

  /**
   * @param in read to its end, not closed
   */
  public PairLines(InputStream in, Format format) {
    this.lines = new LineReader(in, Importer.MAX_LINE_BYTES);
    this.format = format;
  }

  /** A line that is not blank; numbers count from 1. */
  public sealed interface Entry {
    record Readable(int line, Pair pair) implements Entry {}

    record Unreadable(int line, String reason) implements Entry {}
  }

  public Optional<Entry> next() throws IOException {
    return lines.next().map(this::entry);
  }

  private Entry entry(Line line) {
    return switch (line) {
      case Line.Bad(int number, String reason) -> new Entry.Unreadable(number, reason);
      case Line.Good(int number, String text) -> {
        try {
          yield format.readAny(text, new Provenance.Imported(NO_IMPORT, number))
                  instanceof Pair pair
              ? new Entry.Readable(number, pair)
              : new Entry.Unreadable(number, "not a pair: 'chosen' and 'rejected' are missing");
        } catch (BadLineException e) {
          yield new Entry.Unreadable(number, e.getMessage());
        }
      }
    };
  }
}
