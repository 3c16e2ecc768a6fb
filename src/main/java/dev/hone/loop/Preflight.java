package dev.hone.loop;

import dev.hone.inference.FreeMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What must be there before a worker starts, so that it does not fail in the middle. */
record Preflight(FreeMemory memory, long requiredMemory, long requiredDisk) {
  static Preflight of(LoopConfig.Loop config) {
    return new Preflight(
        FreeMemory.OF_THIS_MACHINE,
        config.requiredMemory().asLongValue(),
        config.requiredDisk().asLongValue());
  }

  /**
   * What is missing, in a sentence.
   *
   * @param folders that will be written to
   */
  Optional<String> objection(List<Path> folders) {
    for (Path folder : folders) {
      long disk = disk(folder);
      if (disk < requiredDisk) {
        return Optional.of(
            "too little disk: %s free for %s, a round needs %s (hone.loop.required-disk)"
                .formatted(size(disk), folder, size(requiredDisk)));
      }
    }
    var free = memory.bytes();
    if (free.isPresent() && free.getAsLong() < requiredMemory) {
      return Optional.of(
          "too little memory: %s available, a round needs %s (hone.loop.required-memory)"
              .formatted(size(free.getAsLong()), size(requiredMemory)));
    }
    return Optional.empty();
  }

  private static long disk(Path folder) {
    try {
      return Files.getFileStore(folder).getUsableSpace();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String size(long bytes) {
    return String.format(Locale.ROOT, "%.1f GB", bytes / 1e9);
  }
}
