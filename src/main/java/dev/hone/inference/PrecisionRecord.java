package dev.hone.inference;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.model.Precision;
import dev.hone.registry.WholeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Measured precisions, kept in the data folder and good only for what they were measured on. */
record PrecisionRecord(int format, Subject subject, List<PrecisionTrial> trials) {
  /** Of what a release writes; what another one wrote is measured anew. */
  private static final int FORMAT = 3;

  private static final JsonMapper JSON = new JsonMapper();

  /**
   * @param modelBytes size of its weights, so that another model under the same id is noticed
   */
  record Subject(String cpu, int threads, String libtorch, String model, long modelBytes) {}

  PrecisionRecord(Subject subject, List<PrecisionTrial> trials) {
    this(FORMAT, subject, trials);
  }

  /** What the file says, if there is one and it is about this subject. */
  static Optional<PrecisionRecord> read(Path file, Subject subject) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      var stored = JSON.readTree(file.toFile());
      if (stored.path("format").asInt() != FORMAT) {
        return Optional.empty();
      }
      return Optional.of(JSON.treeToValue(stored, PrecisionRecord.class))
          .filter(record -> record.subject().equals(subject));
    } catch (IOException e) {
      throw new UncheckedIOException(file + " is damaged; delete it to measure again", e);
    }
  }

  /** Whether all of these were tried; a former release may not have known them. */
  boolean covers(List<Precision> candidates) {
    return trials.stream().map(PrecisionTrial::precision).toList().containsAll(candidates);
  }

  void write(Path file) {
    WholeFile.write(
        file, draft -> JSON.writerWithDefaultPrettyPrinter().writeValue(draft.toFile(), this));
  }
}
