package dev.hone.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FreeMemoryTest {
  private static final long GIB = 1L << 30;

  @TempDir Path folder;

  @Test
  void aContainersLimitCounts() throws IOException {
    var memory = FakeMemory.machine(folder, 64 * GIB);
    assertThat(memory.bytes()).hasValue(64 * GIB);

    write("memory.max", 4 * GIB);
    write("memory.current", 3 * GIB);
    Files.writeString(folder.resolve("memory.stat"), "anon 1\ninactive_file %d\n".formatted(GIB));
    assertThat(memory.bytes()).hasValue(2 * GIB);

    Files.writeString(folder.resolve("memory.max"), "max\n");
    assertThat(memory.bytes()).hasValue(64 * GIB);
  }

  @Test
  void whereTheSystemDoesNotSayNothingIsKnown() {
    assertThat(new FreeMemory(folder.resolve("none"), folder.resolve("none")).bytes()).isEmpty();
  }

  private void write(String file, long bytes) throws IOException {
    Files.writeString(folder.resolve(file), bytes + "\n");
  }

  @Test
  void weightsThatDoNotFitAreRefusedWithBothNumbers() throws IOException {
    var memory = FakeMemory.machine(folder, 300L << 20);
    TooLittleMemoryException.check("r2-1", 300L << 20, memory);
    TooLittleMemoryException.check(
        "r2-1", 1L << 40, new FreeMemory(folder.resolve("none"), folder));
    assertThatThrownBy(() -> TooLittleMemoryException.check("r2-1", 640L << 20, memory))
        .hasMessage(
            "r2-1 has weights of its own, which take about 640 MiB of memory; 300 MiB are"
                + " available");
  }
}
