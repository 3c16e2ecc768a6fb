package dev.hone.preference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.preference.LineReader.Line;
import dev.hone.preference.LineReader.Line.Bad;
import dev.hone.preference.LineReader.Line.Good;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class LineReaderTest {
  @Test
  void numbersLinesAndSkipsBlankOnes() throws IOException {
    assertThat(lines("a\n\n \t\r\nb\r\nc", 100))
        .containsExactly(new Good(1, "a"), new Good(4, "b\r"), new Good(5, "c"));
  }

  @Test
  void anEmptyFileHasNoLines() throws IOException {
    assertThat(lines("", 100)).isEmpty();
    assertThat(lines("\n\n", 100)).isEmpty();
  }

  @Test
  void skipsAByteOrderMarkAtTheStartOnly() throws IOException {
    assertThat(lines("\uFEFFa\n\uFEFFb", 100))
        .containsExactly(new Good(1, "a"), new Good(2, "\uFEFFb"));
    assertThat(lines("\uFEFF\nb", 100)).containsExactly(new Good(2, "b"));
  }

  @Test
  void tellsLongLinesAndGoesOn() throws IOException {
    var atLimit = "x".repeat(100_000);
    assertThat(lines(atLimit + "\n" + atLimit + "x\n" + "x".repeat(300_000) + "\nb", 100_000))
        .containsExactly(
            new Good(1, atLimit),
            new Bad(2, "longer than 100,000 bytes"),
            new Bad(3, "longer than 100,000 bytes"),
            new Good(4, "b"));
  }

  @Test
  void lineEndsMayFallOnTheEdgeOfTheBuffer() throws IOException {
    for (int length = (1 << 16) - 2; length <= (1 << 16) + 2; length++) {
      var line = "y".repeat(length);
      assertThat(lines(line + "\n" + line + "\n", 1 << 20))
          .containsExactly(new Good(1, line), new Good(2, line));
    }
  }

  @Test
  void tellsWhereALineIsNotUtf8() throws IOException {
    byte[] bytes = "é\nabé\nc".getBytes(StandardCharsets.UTF_8);
    bytes[6] = (byte) 0xFF;
    assertThat(lines(bytes, 100))
        .containsExactly(
            new Good(1, "é"), new Bad(2, "not UTF-8 from byte 3 on"), new Good(3, "c"));
  }

  @Test
  void unpacksWhatGzipPacked() throws IOException {
    var packed = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(packed)) {
      out.write("a\nb\n".getBytes(StandardCharsets.UTF_8));
    }
    byte[] file = packed.toByteArray();
    assertThat(lines(file, 100)).containsExactly(new Good(1, "a"), new Good(2, "b"));
    assertThatThrownBy(() -> lines(Arrays.copyOf(file, file.length - 6), 100))
        .isInstanceOf(DamagedFileException.class)
        .hasMessage(
            "the file cannot be unpacked from line 3 on, so nothing of it was taken: "
                + "it breaks off there");
    assertThatThrownBy(() -> lines(Arrays.copyOf(file, 5), 100))
        .isInstanceOf(DamagedFileException.class)
        .hasMessageStartingWith("the file cannot be unpacked from line 1 on")
        .hasMessageEndingWith("it breaks off there");
  }

  @Test
  void namesTheLineInWhichAPackedFileIsCut() throws IOException {
    var packed = new ByteArrayOutputStream();
    var random = new Random(1);
    try (var out = new GZIPOutputStream(packed)) {
      for (int line = 0; line < 3; line++) {
        byte[] letters = new byte[100_000];
        for (int i = 0; i < letters.length; i++) {
          letters[i] = (byte) ('a' + random.nextInt(26));
        }
        out.write(letters);
        out.write('\n');
      }
    }
    byte[] half = Arrays.copyOf(packed.toByteArray(), packed.size() / 2);
    var reader = new LineReader(new ByteArrayInputStream(half), 1 << 20);
    assertThat(reader.next()).containsInstanceOf(Good.class);
    assertThatThrownBy(reader::next)
        .isInstanceOf(DamagedFileException.class)
        .hasMessageStartingWith("the file cannot be unpacked from line 2 on");
  }

  @Test
  void knowsAFileThatHasNoLines() throws IOException {
    assertThat(lines("PAR1\n\1\n\2PAR1", 100))
        .containsExactly(new Bad(1, "a Parquet file; JSON lines are wanted"));
  }

  @Test
  void knowsAFileThatIsOneArray() throws IOException {
    var array = new Bad(1, "a JSON array; one object a line is wanted");
    assertThat(lines("[\n{},\n{}\n]\n", 100)).containsExactly(array);
    assertThat(lines("\uFEFF[{\"a\":\"" + "x".repeat(200_000) + "\"}]", 100_000))
        .containsExactly(array);
    assertThat(lines("[1]\n{}", 100)).containsExactly(new Good(1, "[1]"), new Good(2, "{}"));
  }

  private static List<Line> lines(String text, int maxBytes) throws IOException {
    return lines(text.getBytes(StandardCharsets.UTF_8), maxBytes);
  }

  private static List<Line> lines(byte[] bytes, int maxBytes) throws IOException {
    var reader = new LineReader(new ByteArrayInputStream(bytes), maxBytes);
    var lines = new ArrayList<Line>();
    for (var line = reader.next(); line.isPresent(); line = reader.next()) {
      lines.add(line.get());
    }
    return lines;
  }
}
