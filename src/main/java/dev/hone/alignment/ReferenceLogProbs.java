package dev.hone.alignment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.registry.WholeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * What the reference thinks of answers, kept over trainings in a file of JSON lines that only grows
 * and is on the disk before it is relied on. One file holds for one reference, base, compute type,
 * truncation and way to add up; a line that was cut or damaged is dropped, and its numbers are
 * computed again, equal but for rounding.
 */
public final class ReferenceLogProbs {
  private static final Logger LOG = Logger.getLogger(ReferenceLogProbs.class);
  private static final JsonMapper JSON = new JsonMapper();

  /**
   * @param check of the others; null in an earlier release
   */
  private record Line(String key, double[] scores, String check) {
    static Line of(String key, double[] scores) {
      return new Line(key, scores, check(key, scores));
    }

    boolean isWhole() {
      return check(key, scores).equals(check);
    }

    private static String check(String key, double[] scores) {
      return Digest.of(List.of("" + key, Arrays.toString(scores))).substring(0, 16);
    }
  }

  private final Path file;
  private final Map<String, double[]> known = new HashMap<>();

  /**
   * @param subject everything besides the example's own tokens that the numbers depend on
   */
  public ReferenceLogProbs(Path folder, List<String> subject) {
    this.file = folder.resolve(Digest.of(subject).substring(0, 16) + ".jsonl");
    try {
      Files.createDirectories(folder);
      if (Files.exists(file)) {
        read();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read() throws IOException {
    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
    var whole = text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    var good = whole.stream().filter(this::learn).toList();
    if (good.size() < whole.size()) {
      LOG.warnf(
          "%d lines of %s are damaged, or of an earlier release, and dropped",
          whole.size() - good.size(), file);
    }
    var kept = good.stream().map(line -> line + "\n").collect(Collectors.joining());
    if (kept.length() < text.length()) {
      WholeFile.write(file, draft -> Files.writeString(draft, kept));
    }
  }

  /** Whether it is a line as {@link #add} writes them. */
  private boolean learn(String text) {
    try {
      var line = JSON.readValue(text, Line.class);
      if (line.isWhole()) {
        known.put(line.key(), line.scores());
        return true;
      }
      return false;
    } catch (JsonProcessingException _) {
      return false;
    }
  }

  /** The scores of an example's answers. */
  public Optional<double[]> of(TokenExample example) {
    return Optional.ofNullable(known.get(example.key()));
  }

  /** Keeps what is not known yet; an example's first numbers stay. */
  public void add(Map<? extends TokenExample, double[]> computed) {
    var lines = new StringBuilder();
    computed.forEach(
        (example, scores) -> {
          if (known.putIfAbsent(example.key(), scores) == null) {
            lines.append(json(Line.of(example.key(), scores)));
            lines.append('\n');
          }
        });
    try (var channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
      var bytes = ByteBuffer.wrap(lines.toString().getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String json(Line line) {
    try {
      return JSON.writeValueAsString(line);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a line cannot be written", e);
    }
  }
}
