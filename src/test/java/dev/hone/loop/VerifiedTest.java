package dev.hone.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifiedTest {
  @TempDir Path folder;

  @Test
  void aStageThatHasBegunKeepsItsTasksWhateverBecomesOfTheFile() throws Exception {
    Path file = folder.resolve("mine.jsonl");
    Files.writeString(
        file,
        """
        {"prompt":"Why do people like hills?","checks":[{"check":"contains","texts":["hills"]}]}
        """);
    var settings = Map.of("tasks", file.toString());
    Path stage = folder.resolve("round/stage-1-grpo");
    var begun = Verified.kept(settings, stage);
    assertThat(begun.tasks()).hasSize(1);
    Files.delete(file);
    assertThat(Verified.kept(settings, stage)).isEqualTo(begun);
  }
}
