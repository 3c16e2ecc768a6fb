package dev.hone.inference;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** How much more memory may be taken, as Linux tells it. */
public record FreeMemory(Path meminfo, Path cgroup) {
  public static final FreeMemory OF_THIS_MACHINE =
      new FreeMemory(Path.of("/proc/meminfo"), Path.of("/sys/fs/cgroup"));

  /** In bytes, what can be had without swapping; nothing on a system that does not say. */
  public OptionalLong bytes() {
    try {
      OptionalLong machine = field(meminfo, "MemAvailable:");
      OptionalLong container = ofContainer();
      if (machine.isEmpty() || container.isEmpty()) {
        return machine.isPresent() ? OptionalLong.of(machine.getAsLong() << 10) : container;
      }
      return OptionalLong.of(Math.min(machine.getAsLong() << 10, container.getAsLong()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Nothing where no limit is set. */
  private OptionalLong ofContainer() throws IOException {
    Path max = cgroup.resolve("memory.max");
    if (!Files.exists(max) || Files.readString(max).strip().equals("max")) {
      return OptionalLong.empty();
    }
    long limit = Long.parseLong(Files.readString(max).strip());
    long used = Long.parseLong(Files.readString(cgroup.resolve("memory.current")).strip());
    // Pages of files that nobody uses count as used, but are given up first.
    long idle = field(cgroup.resolve("memory.stat"), "inactive_file ").orElse(0);
    return OptionalLong.of(Math.max(0, limit - used + idle));
  }

  private static OptionalLong field(Path file, String name) throws IOException {
    if (!Files.exists(file)) {
      return OptionalLong.empty();
    }
    try (var lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith(name))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst();
    }
  }
}
