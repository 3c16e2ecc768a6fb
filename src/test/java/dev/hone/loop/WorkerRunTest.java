package dev.hone.loop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.alignment.AlarmLimits;
import dev.hone.alignment.ComputeType;
import dev.hone.alignment.dpo.DpoSettings;
import dev.hone.evaluation.EvaluationSizes;
import dev.hone.model.SmallModel;
import java.io.ByteArrayOutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WorkerRunTest {
  private static final Path BASE = SmallModel.resource("golden/chat");

  @TempDir Path path;

  /** One of the two is not what would be measured on this machine. */
  @ParameterizedTest
  @EnumSource
  void aRoundGoesOnInTheNumberFormatThatItBeganIn(ComputeType begun) throws Exception {
    var folder = new RoundFolder(path);
    RoundFolder.write(folder.job(), job(BASE));
    RoundFolder.write(folder.compute(), begun);
    // Only the training is looked at here.
    Files.writeString(folder.evaluation(), "{}");

    var events = new ByteArrayOutputStream();
    try (var server = new PipedOutputStream();
        var out = new PrintStream(events, true, UTF_8)) {
      assertThat(WorkerRun.run(path, new PipedInputStream(server), out)).isEqualTo(WorkerRun.DONE);
    }
    assertThat(events.toString(UTF_8))
        .contains("{\"event\":\"computing\",\"compute\":\"%s\"}".formatted(begun.label()));
    assertThat(RoundFolder.read(folder.compute(), ComputeType.class)).contains(begun);
    assertThat(RoundFolder.read(folder.trained(), Training.class).orElseThrow().compute())
        .isEqualTo(begun.label());
  }

  @Test
  void anAlarmEndsTheTrainingWithASentence() throws Exception {
    var folder = new RoundFolder(path);
    RoundFolder.write(
        folder.job(), job(BASE, "kto", Map.of("maxSteps", "8", "learningRate", "0.01", "undesirableWeight", "0")));
    RoundFolder.write(folder.compute(), ComputeType.F32);
    RoundFolder.write(folder.alarms(), new AlarmLimits(1e-6, 0, 0));
    var events = new ByteArrayOutputStream();
    try (var server = new PipedOutputStream();
        var out = new PrintStream(events, true, UTF_8)) {
      assertThat(WorkerRun.run(path, new PipedInputStream(server), out))
          .isEqualTo(WorkerRun.FAILED);
    }
    assertThat(events.toString(UTF_8).lines().toList().getLast())
        .contains("\"event\":\"failed\"", "kl is", "above hone.loop.alarms.max-kl of 1.000e-06");
    assertThat(
            new StepLog(folder.progress()).read().getLast().path("metrics").path("kl").asDouble())
        .isGreaterThan(1e-6);
    assertThat(folder.trained()).doesNotExist();
  }

  @Test
  void aModelThatCanHaveNoAdapterIsRefusedBeforeAnyWork() throws Exception {
    Path base = SmallModel.resource("golden/gpt2");
    RoundFolder.write(new RoundFolder(path).job(), job(base));
    var events = new ByteArrayOutputStream();
    try (var server = new PipedOutputStream();
        var out = new PrintStream(events, true, UTF_8)) {
      assertThat(WorkerRun.run(path, new PipedInputStream(server), out))
          .isEqualTo(WorkerRun.FAILED);
    }
    assertThat(events.toString(UTF_8))
        .contains("adapters are not supported for gpt2, whose q, k and v are one layer");
  }

  private Job job(Path base) {
    var settings = Map.of("maxSteps", "1", "batchPairs", "2", "compute", "auto");
    return job(base, "dpo", DpoSettings.of(settings).toMap());
  }

  private Job job(Path base, String recipe, Map<String, String> settings) {
    return new Job(
        "r1",
        recipe,
        settings,
        base,
        "tiny",
        "tiny",
        Optional.empty(),
        BASE,
        path.resolve("logprobs"),
        new EvaluationSizes(1, 1, 1, 2, 8, 1, 2, 4, 16),
        60);
  }
}
