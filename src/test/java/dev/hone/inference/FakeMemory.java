package dev.hone.inference;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files as Linux shows them to a process. */
public final class FakeMemory {
  private FakeMemory() {}

  /**
   * A machine without a limit of a container; one can be written into the same folder.
   *
   * @param available bytes
   */
  public static FreeMemory machine(Path folder, long available) throws IOException {
    Path meminfo = folder.resolve("meminfo");
    Files.writeString(
        meminfo, "MemTotal: 1 kB\nMemAvailable:   %d kB\n".formatted(available >> 10));
    return new FreeMemory(meminfo, folder);
  }
}
