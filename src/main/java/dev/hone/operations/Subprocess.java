package dev.hone.operations;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A short program run to its end; {@code output} is its stdout and stderr. */
record Subprocess(int exitCode, String output) {
  /** What a program that is not installed answers, as in a shell. */
  private static final int NOT_FOUND = 127;

  static Subprocess run(Path folder, List<String> command) {
    var builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    // Settings of another PostgreSQL, or of another language, must not reach ours.
    builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
    builder.environment().put("LC_ALL", "C");
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      return new Subprocess(NOT_FOUND, e.getMessage());
    }
    try (var out = process.getInputStream()) {
      process.getOutputStream().close();
      String output = new String(out.readAllBytes(), StandardCharsets.UTF_8).strip();
      return new Subprocess(process.waitFor(), output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new StartException("interrupted while running " + command.getFirst(), e);
    }
  }

  boolean succeeded() {
    return exitCode == 0;
  }
}
