package dev.hone.evaluation;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.alignment.PairScore;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Everything an evaluation measured, in the order it was measured, one JSON object a line. An
 * interrupted evaluation finds its own lines here; a line that a kill cut in two is cut off.
 */
final class SampleLog implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  private final RandomAccessFile file;
  private final List<Entry> entries = new ArrayList<>();

  /** A line. Indices count from 0 within their kind. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({
    @JsonSubTypes.Type(Entry.Job.class),
    @JsonSubTypes.Type(Entry.Pair.class),
    @JsonSubTypes.Type(Entry.BasePair.class),
    @JsonSubTypes.Type(Entry.Passage.class),
    @JsonSubTypes.Type(Entry.Answer.class),
    @JsonSubTypes.Type(Entry.Repeat.class)
  })
  sealed interface Entry {
    /** What is evaluated, and how; the first line. */
    @JsonTypeName("job")
    record Job(String sha256) implements Entry {}

    /** Of a held-out pair, the parent as reference. */
    @JsonTypeName("pair")
    record Pair(int index, PairScore score) implements Entry {}

    /** Of a held-out pair, the base as reference. */
    @JsonTypeName("basePair")
    record BasePair(int index, PairScore score) implements Entry {}

    /**
     * A passage of the general text.
     *
     * @param logProb of its tokens, summed
     */
    @JsonTypeName("passage")
    record Passage(Of of, int index, int tokens, double logProb) implements Entry {}

    /** An answer to a gate prompt. */
    @JsonTypeName("answer")
    record Answer(Of of, int index, int[] tokens, String text, boolean bounded) implements Entry {}

    /** One of several answers to a question. */
    @JsonTypeName("repeat")
    record Repeat(Of of, int index, String text) implements Entry {}
  }

  /** Which of the two. */
  enum Of {
    PARENT,
    CANDIDATE
  }

  private SampleLog(RandomAccessFile file) {
    this.file = file;
  }

  /**
   * Opens what an interrupted evaluation of the same job left, or begins anew.
   *
   * @param job its fingerprint
   */
  static SampleLog open(Path path, String job) {
    try {
      var log = new SampleLog(new RandomAccessFile(path.toFile(), "rw"));
      log.readWholeLines(path);
      if (log.entries.isEmpty() || !log.entries.getFirst().equals(new Entry.Job(job))) {
        log.entries.clear();
        log.file.setLength(0);
        log.add(List.of(new Entry.Job(job)));
      }
      return log;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void readWholeLines(Path path) throws IOException {
    byte[] bytes = java.nio.file.Files.readAllBytes(path);
    int start = 0;
    for (int end = 0; end < bytes.length; end++) {
      if (bytes[end] == '\n') {
        try {
          entries.add(
              JSON.readValue(
                  new String(bytes, start, end - start, StandardCharsets.UTF_8), Entry.class));
        } catch (JsonProcessingException e) {
          break; // what a power cut left; the rest is done again
        }
        start = end + 1;
      }
    }
    file.setLength(start);
    file.seek(start);
  }

  /** Those of one kind, in their order. */
  <E extends Entry> Stream<E> of(Class<E> kind) {
    return entries.stream().filter(kind::isInstance).map(kind::cast);
  }

  /** Adds lines that stand there all or not at all. */
  void add(List<? extends Entry> more) {
    var lines = new StringBuilder();
    try {
      for (Entry entry : more) {
        lines.append(JSON.writerFor(Entry.class).writeValueAsString(entry)).append('\n');
      }
      file.write(lines.toString().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    entries.addAll(more);
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
