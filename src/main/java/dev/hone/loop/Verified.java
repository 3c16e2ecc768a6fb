package dev.hone.loop;

import dev.hone.alignment.TrainingException;
import dev.hone.alignment.verify.ArithmeticTasks;
import dev.hone.alignment.verify.VerifiableTasks;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;

/** The tasks that a stage is told to learn by. */
final class Verified {
  static final String SETTING = "tasks";

  /** As {@code reward} has it. */
  static final String REWARD = "tasks";

  /** Sums and differences, those that a training may ask. */
  static final String ARITHMETIC = "arithmetic";

  private Verified() {}

  /**
   * @param told {@code arithmetic}, or the absolute path of a file of tasks on the server's machine
   * @throws TrainingException {@code no_tasks} or {@code bad_task}
   */
  static VerifiableTasks tasks(String told, long seed) {
    if (told.equals(ARITHMETIC)) {
      return new VerifiableTasks(ArithmeticTasks.learnt(seed), Map.of());
    }
    return VerifiableTasks.read(file(told));
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
        "%s must be '%s' or the absolute path of a file on the server's machine, was '%s'"
            .formatted(SETTING, ARITHMETIC, told));
  }
}
