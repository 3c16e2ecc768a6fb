package dev.hone.loop;

import dev.hone.loop.export.EventFile;
import dev.hone.loop.export.StepRow;
import dev.hone.loop.export.StepTable;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** A round's steps so far as files for other programs. */
@ApplicationScoped
public class StepExports {
  private final RoundLog log;
  private final LoopConfig config;

  StepExports(RoundLog log, LoopConfig config) {
    this.log = log;
    this.config = config;
  }

  /** Writes what it holds; {@code out} stays open. */
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * A file to be.
   *
   * @param name as whoever reads such files expects it
   */
  public record StepFile(String name, Content content) {}

  /**
   * Comma-separated values.
   *
   * @throws RoundException if there is no such round
   */
  public StepFile csv(String id) {
    List<StepRow> rows = rows(id);
    return new StepFile(id + ".csv", out -> StepTable.write(rows, out));
  }

  /**
   * An event file of TensorBoard.
   *
   * @throws RoundException if there is no such round
   */
  public StepFile events(String id) {
    var begun = log.get(log.number(id)).startedAt();
    List<StepRow> rows = rows(id);
    return new StepFile(EventFile.name(id, begun), out -> EventFile.write(rows, begun, out));
  }

  private List<StepRow> rows(String id) {
    var folder = RoundFolder.of(config.data(), log.number(id));
    return new StepLog(folder.progress()).read().stream().map(StepRow::of).toList();
  }
}
