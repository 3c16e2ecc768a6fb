package dev.hone.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {
  @TempDir Path path;

  @Test
  void makesItsFolderAndTakesThePlaceOfWhatWasThere() throws IOException {
    Path file = path.resolve("a/b/file");
    WholeFile.write(file, draft -> Files.writeString(draft, "one"));
    WholeFile.write(file, draft -> Files.writeString(draft, "two"));
    assertThat(file).hasContent("two");
    assertAlone(file);
  }

  @Test
  void leavesWhatWasThereWhenItFails() throws IOException {
    Path file = path.resolve("file");
    WholeFile.write(file, draft -> Files.writeString(draft, "one"));
    assertThatThrownBy(
            () ->
                WholeFile.write(
                    file,
                    draft -> {
                      Files.writeString(draft, "tw");
                      throw new IOException("the disk is full");
                    }))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("the disk is full");
    assertThat(file).hasContent("one");
    assertAlone(file);

    WholeFile.write(file, draft -> Files.copy(file, draft));
    assertThat(file).hasContent("one");
  }

  private static void assertAlone(Path file) throws IOException {
    try (var files = Files.list(file.getParent())) {
      assertThat(files).containsExactly(file);
    }
  }
}
