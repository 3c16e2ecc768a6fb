package dev.hone.preference;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * The lines of a UTF-8 file, which may be packed by gzip, one at a time. Lines that are too long or
 * not UTF-8 are told as such without being held; empty ones are counted and skipped; a byte order
 * mark is skipped.
 */
public final class LineReader {
  /** Of a line of a file that someone sends. */
  public static final int MOST_BYTES = 4 << 20;

  private static final int BYTE_ORDER_MARK = 0xFEFF;

  /** By which gzip's files begin (RFC 1952). */
  private static final byte[] GZIP = {0x1f, (byte) 0x8b};

  private static final String ARRAY = "a JSON array; one object a line is wanted";

  private static final byte[] PARQUET = "PAR1".getBytes(StandardCharsets.US_ASCII);

  private final PushbackInputStream given;

  /** What is given, unpacked where it is packed; null before the first line. */
  private InputStream in;

  private boolean packed;

  /** Whether the line of that number is being read. */
  private boolean begun;

  private final int maxBytes;
  private final byte[] buffer = new byte[1 << 16];
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private int position;
  private int limit;
  private int number;

  /**
   * @param in read to its end, not closed
   * @param maxBytes of a line without its end
   */
  public LineReader(InputStream in, int maxBytes) {
    this.given = new PushbackInputStream(in, PARQUET.length);
    this.maxBytes = maxBytes;
  }

  /** Numbers count from 1. */
  public sealed interface Line {
    int number();

    record Good(int number, String text) implements Line {}

    record Bad(int number, String reason) implements Line {}
  }

  /**
   * The next line that is not blank.
   *
   * @throws DamagedFileException where it is packed, and not to its end
   */
  public Optional<Line> next() throws IOException {
    try {
      return in == null ? first() : following();
    } catch (ZipException | EOFException e) {
      if (!packed) {
        throw e;
      }
      throw new DamagedFileException(begun ? number : number + 1, e);
    }
  }

  private Optional<Line> first() throws IOException {
    byte[] first = given.readNBytes(PARQUET.length);
    given.unread(first);
    if (Arrays.equals(first, PARQUET)) {
      in = InputStream.nullInputStream();
      return Optional.of(new Line.Bad(1, "a Parquet file; JSON lines are wanted"));
    }
    packed = first.length >= 2 && Arrays.equals(first, 0, 2, GZIP, 0, 2);
    in = packed ? new GZIPInputStream(given) : given;
    return following();
  }

  private Optional<Line> following() throws IOException {
    while (fill()) {
      number++;
      begun = true;
      boolean whole = collect();
      begun = false;
      if (number == 1 && beginsAnArray(whole)) {
        in = InputStream.nullInputStream();
        position = limit;
        return Optional.of(new Line.Bad(1, ARRAY));
      }
      if (!whole) {
        return Optional.of(new Line.Bad(number, "longer than %,d bytes".formatted(maxBytes)));
      }
      Line read = decode();
      if (!(read instanceof Line.Good(_, var text)) || !text.isBlank()) {
        return Optional.of(read);
      }
    }
    // What stands behind packed lines is of the file, too.
    given.transferTo(OutputStream.nullOutputStream());
    return Optional.empty();
  }

  /** Of one that ends in its line, whoever reads that can tell what it holds. */
  private boolean beginsAnArray(boolean whole) {
    String text = line.toString(StandardCharsets.UTF_8).replaceFirst("^\\uFEFF", "").strip();
    return text.startsWith("[") && !(whole && text.endsWith("]"));
  }

  /** Reads up to and over the line's end; false if the line was too long to be kept. */
  private boolean collect() throws IOException {
    line.reset();
    boolean whole = true;
    do {
      int end = position;
      while (end < limit && buffer[end] != '\n') {
        end++;
      }
      whole &= line.size() + end - position <= maxBytes;
      if (whole) {
        line.write(buffer, position, end - position);
      }
      position = end;
    } while (position == limit && fill());
    if (position < limit) {
      position++;
    }
    return whole;
  }

  private boolean fill() throws IOException {
    if (position == limit) {
      limit = Math.max(0, in.read(buffer));
      position = 0;
    }
    return limit > 0;
  }

  private Line decode() {
    var bytes = ByteBuffer.wrap(line.toByteArray());
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
      boolean marked = number == 1 && !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK;
      return new Line.Good(number, marked ? text.substring(1) : text);
    } catch (CharacterCodingException e) {
      return new Line.Bad(number, "not UTF-8 from byte %,d on".formatted(bytes.position() + 1));
    }
  }
}
