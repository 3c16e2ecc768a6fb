package dev.hone.loop;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.alignment.StepReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * A report of each step, a line each, in a file. A training that resumes reports again what its
 * checkpoint lacks; the old lines of those steps go.
 */
final class StepLog {
  private final Path file;
  private boolean begun;

  StepLog(Path file) {
    this.file = file;
  }

  void add(StepReport report) {
    try {
      if (!begun) {
        keepBefore(report.step());
        begun = true;
      }
      Files.writeString(
          file,
          RoundFolder.JSON.writeValueAsString(report) + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
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

  private void keepBefore(int step) throws IOException {
    var kept = new StringBuilder();
    for (JsonNode line : read()) {
      if (line.path("step").asInt() < step) {
        kept.append(line).append('\n');
      }
    }
    Path draft = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(draft, kept);
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static JsonNode parse(String line) {
    try {
      return RoundFolder.JSON.readTree(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
