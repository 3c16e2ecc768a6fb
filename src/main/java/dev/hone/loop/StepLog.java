package dev.hone.loop;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.alignment.StepReport;
import dev.hone.registry.WholeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A report of each step with its time, a line each, in a file. A training that resumes reports
 * again what its checkpoint lacks; the old lines of those steps go.
 */
final class StepLog {
  private static final String STAGE = "stage";

  private final Path file;
  private final Clock clock;

  /** Those of the stage that is trained. */
  private final List<StepReport> reports = new ArrayList<>();

  /** The stage whose former lines have gone; 0 before any have. */
  private int begun;

  StepLog(Path file) {
    this(file, Clock.systemUTC());
  }

  StepLog(Path file, Clock clock) {
    this.file = file;
    this.clock = clock;
  }

  /**
   * Writes a step down.
   *
   * @param stage of several, from 1; null where there is one
   * @return every step of the stage so far, this one and those of former workers among them
   */
  List<StepReport> add(Integer stage, StepReport report) {
    try {
      int number = stage == null ? 1 : stage;
      if (begun != number) {
        keepBefore(number, report.step());
        begun = number;
      }
      ObjectNode line = RoundFolder.JSON.createObjectNode();
      if (stage != null) {
        line.put(STAGE, stage);
      }
      line.setAll((ObjectNode) RoundFolder.JSON.valueToTree(report));
      line.put("time", clock.instant().toString());
      // On the disk, since no step that a checkpoint holds is told again.
      Files.writeString(
          file,
          line + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND,
          StandardOpenOption.DSYNC);
      reports.add(report);
      return Collections.unmodifiableList(reports);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every step so far; the line that is just being written may be missing. */
  List<JsonNode> read() {
    if (!Files.exists(file)) {
      return List.of();
    }
    try {
      String text = Files.readString(file);
      // A kill or a reader may come in the middle of a line.
      return text.substring(0, text.lastIndexOf('\n') + 1).lines().map(StepLog::parse).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void keepBefore(int stage, int step) throws IOException {
    reports.clear();
    var kept = new StringBuilder();
    for (JsonNode line : read()) {
      boolean others = line.path(STAGE).asInt(1) != stage;
      if (others || line.path("step").asInt() < step) {
        kept.append(line).append('\n');
      }
      if (!others && line.path("step").asInt() < step) {
        reports.add(report(line));
      }
    }
    WholeFile.write(file, draft -> Files.writeString(draft, kept));
  }

  private static StepReport report(JsonNode line) {
    try {
      return RoundFolder.JSON.treeToValue(line, StepReport.class);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode parse(String line) {
    try {
      return RoundFolder.JSON.readTree(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
