package dev.hone.loop;

import dev.hone.alignment.TrainingException;
import dev.hone.alignment.verify.ArithmeticTasks;
import dev.hone.alignment.verify.VerifiableTasks;
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

  /** Why there is nothing to learn by. */
  static Optional<String> objection(Map<String, String> settings) {
    try {
      var found = tasks(settings);
      return found.tasks().isEmpty()
          ? Optional.of(
              "%s: none of %s can be checked, left out: %s"
                  .formatted(SETTING, settings.get(SETTING), found.uncheckable()))
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
