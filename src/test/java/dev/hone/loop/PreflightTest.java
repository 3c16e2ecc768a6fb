package dev.hone.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.inference.FakeMemory;
import dev.hone.inference.FreeMemory;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreflightTest {
  private static final long GIB = 1L << 30;

  @TempDir Path folder;

  @Test
  void saysWhatThereIsAndWhatIsNeeded() throws Exception {
    var memory = FakeMemory.machine(folder, 4 * GIB);
    assertThat(new Preflight(memory, 2 * GIB, 1).objection(List.of(folder))).isEmpty();
    assertThat(new Preflight(memory, 5 * GIB, 1).objection(List.of(folder)))
        .hasValueSatisfying(
            why -> assertThat(why).contains("too little memory", "4.3 GB", "5.4 GB"));
    assertThat(new Preflight(memory, 1, Long.MAX_VALUE).objection(List.of(folder)))
        .hasValueSatisfying(why -> assertThat(why).contains("too little disk", folder.toString()));
  }

  @Test
  void whereTheSystemDoesNotSayNobodyIsRefused() {
    var unknown = new FreeMemory(folder.resolve("none"), folder.resolve("none"));
    assertThat(new Preflight(unknown, Long.MAX_VALUE, 1).objection(List.of(folder))).isEmpty();
  }
}
