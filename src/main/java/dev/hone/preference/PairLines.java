package dev.hone.preference;

import dev.hone.preference.Example.Pair;
import dev.hone.preference.LineReader.Line;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * Every pair of a preference file, one at a time and none left out: equal answers, what was there
 * before, and conversations that nothing could be learnt from are pairs like others.
 */
public final class PairLines {
  private final LineReader lines;
  private final Format format;
  private int line;

  /**
   * @param in read to its end, not closed
   */
  public PairLines(InputStream in, Format format) {
    this.lines = new LineReader(in, LineReader.MOST_BYTES);
    this.format = format;
  }

  /** A line that is not blank; numbers count from 1. */
  public sealed interface Entry {
    record Good(int line, Pair pair) implements Entry {}

    record Bad(int line, String reason) implements Entry {}
  }

  /**
   * Number of the last line that is not blank, whatever is in it; 0 where there is none.
   *
   * @param in read to its end, not closed
   */
  public static int last(InputStream in) throws IOException {
    var lines = new LineReader(in, LineReader.MOST_BYTES);
    int last = 0;
    for (var line = lines.next(); line.isPresent(); line = lines.next()) {
      last = line.get().number();
    }
    return last;
  }

  public Optional<Entry> next() throws IOException {
    return lines.next().map(this::entry);
  }

  /** Number of the line read last; 0 before the first. */
  public int line() {
    return line;
  }

  private Entry entry(Line read) {
    line = read.number();
    return switch (read) {
      case Line.Bad(int number, String reason) -> new Entry.Bad(number, reason);
      case Line.Good(int number, String text) -> {
        try {
          yield new Entry.Good(number, format.readAny(text, new Provenance.Listed(number)));
        } catch (BadLineException e) {
          yield new Entry.Bad(number, e.getMessage());
        }
      }
    };
  }
}
