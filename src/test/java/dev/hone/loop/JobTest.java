package dev.hone.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.alignment.CheckpointEvery;
import dev.hone.evaluation.EvaluationSizes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobTest {
  @TempDir Path folder;

  @Test
  void isReadAsItWasWritten() {
    var stage = new Stage("dpo-2", "dpo", "pairs", 12, Map.of("beta", "0.2"), Set.of("beta"));
    var job =
        new Job(
            "r7",
            List.of(stage),
            folder,
            "abc",
            "r6-0",
            Optional.of(folder),
            folder,
            folder,
            new EvaluationSizes(1, 1, 1, 2, 8, 1, 2, 4, 16),
            60,
            25);
    RoundFolder.write(file(), job);
    assertThat(Job.read(file())).contains(job);
  }

  @ParameterizedTest
  @CsvSource({"'\"recipe\":\"kto\",', kto", "'', dpo"})
  void ofAnEarlierReleaseHasTheOneStageThatItsRecipeWas(String recipe, String method)
      throws Exception {
    Files.writeString(
        file(),
        """
        {"round":"r1",%s"settings":{"beta":"0.2","seed":"3"},"base":"/b","baseSha256":"x","parent":"b",
         "parentAdapter":null,"snapshot":"/s","logProbs":"/l","sizes":null,"secondsBetweenCheckpoints":60.0}
        """
            .formatted(recipe));
    var job = Job.read(file()).orElseThrow();
    assertThat(job.stages()).hasSize(1);
    assertThat(job.last().method()).isEqualTo(method);
    assertThat(job.last().beta()).isEqualTo(0.2);
    assertThat(job.last().seed()).isEqualTo(3);
    assertThat(job.parentAdapter()).isEmpty();
    assertThat(job.checkpoints()).isEqualTo(new CheckpointEvery(60, 0));
    // Its one stage works where the whole round did.
    var round = new RoundFolder(folder);
    assertThat(round.stage(0, job.stages())).isEqualTo(round);
  }

  private Path file() {
    return folder.resolve("job.json");
  }
}
