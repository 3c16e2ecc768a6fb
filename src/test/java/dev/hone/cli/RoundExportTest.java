package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.operations.StartException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What is refused before a server is asked or started. */
class RoundExportTest {
  @TempDir Path folder;

  @Test
  void aFileThatTensorBoardWouldOverlook() {
    assertThatThrownBy(() -> export("--format", "tensorboard", "--out", folder + "/r1.bin"))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("'tfevents'")
        .hasMessageContaining("r1.bin");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aFolderThatIsNotThere() {
    assertThatThrownBy(() -> export("--out", folder + "/none/r1.csv"))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("there is no folder");
  }

  private static void export(String... options) {
    var export = new RoundExport();
    new CommandLine(export)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .parseArgs(Stream.concat(Stream.of("r1"), Stream.of(options)).toArray(String[]::new));
    export.call();
  }
}
