package dev.hone.loop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the worker needed, in {@code usage.json}.
 *
 * @param peakBytes the most memory that it held at once, native code included
 */
record Usage(long peakBytes) {
  private static final Path STATUS = Path.of("/proc/self/status");

  /** Writes down what this process needed, unless an earlier worker of the round needed more. */
  static void note(Path file) {
    ofThisProcess()
        .filter(now -> RoundFolder.read(file, Usage.class).map(u -> u.peakBytes).orElse(0L) < now)
        .ifPresent(now -> RoundFolder.write(file, new Usage(now)));
  }

  /** Nothing where the system does not say. */
  private static Optional<Long> ofThisProcess() {
    if (!Files.exists(STATUS)) {
      return Optional.empty();
    }
    try (var lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith("VmHWM:"))
          .map(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
