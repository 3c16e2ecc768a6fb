package dev.hone.loop;

import dev.hone.alignment.AdapterSettings;
import dev.hone.alignment.TrainingException;
import dev.hone.alignment.verify.ArithmeticTasks;
import dev.hone.alignment.verify.VerifiableTasks;
import dev.hone.registry.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The tasks that a stage is told to learn by. */
final class Verified {
  static final String SETTING = "tasks";

  /** As {@code reward} has it. */
  static final String REWARD = "tasks";

  private static final String KEPT = "tasks.jsonl";

  private Verified() {}

  /**
   * Each prompt once, so that none which is held out is learnt.
   *
   * @param settings of a stage that is rewarded by tasks: {@code arithmetic}, or the absolute path
   *     of a file of tasks on the server's machine
   * @throws TrainingException {@code no_tasks} or {@code bad_task}
   */
  static VerifiableTasks tasks(Map<String, String> settings) {
    String told = settings.get(SETTING);
    return told.equals(ArithmeticTasks.NAME)
        ? new VerifiableTasks(
            ArithmeticTasks.learnt(Long.parseLong(settings.get("seed"))), Map.of())
        : VerifiableTasks.read(file(told)).once();
  }

  /** How many of them are learnt by, rather than measured on; those that do not fit among them. */
  static int learnt(Map<String, String> settings) {
    int all = tasks(settings).tasks().size();
    return all - Grading.heldOut(all, AdapterSettings.isMeasured(settings));
  }

  /**
   * The same of a stage that has begun, whatever becomes of the file meanwhile.
   *
   * @param folder the stage's, where a copy is kept
   */
  static VerifiableTasks kept(Map<String, String> settings, Path folder) throws IOException {
    String told = settings.get(SETTING);
    if (told.equals(ArithmeticTasks.NAME)) {
      return tasks(settings);
    }
    Path kept = folder.resolve(KEPT);
    if (!Files.exists(kept)) {
      WholeFile.write(kept, draft -> Files.copy(file(told), draft));
    }
    return VerifiableTasks.read(kept).once();
  }

  /** Why there is nothing to learn by. */
  static Optional<String> objection(Map<String, String> settings) {
    try {
      var found = tasks(settings);
      return found.tasks().isEmpty()
          ? Optional.of(
              "%s: none of %s can be checked, left out: %s"
                  .formatted(SETTING, settings.get(SETTING), Outcomes.counts(found.uncheckable())))
          : Optional.empty();
    } catch (TrainingException e) {
      return Optional.of("%s: %s".formatted(SETTING, e.getMessage()));
    }
  }

  private static Path file(String told) {
    try {
      Path file = Path.of(told);
      if (file.isAbsolute() && Files.isRegularFile(file) && Files.isReadable(file)) {
        return file;
      }
    } catch (InvalidPathException _) {
      // Said below as of any other text that is no file.
    }
    throw new TrainingException(
        "no_tasks",
        "'%s' is neither '%s' nor the absolute path of a file that can be read on the server's machine"
            .formatted(told, ArithmeticTasks.NAME));
  }
}
