package dev.hone.loop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.alignment.ComputeType;
import dev.hone.alignment.dpo.DpoSettings;
import dev.hone.alignment.kto.KtoSettings;
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
  void saysWhatItWasLeftToSettleAndWhatItCut() throws Exception {
    var folder = new RoundFolder(path.resolve("round"));
    Path snapshot = Files.createDirectory(path.resolve("snapshot"));
    Files.writeString(snapshot.resolve("train.jsonl"), "");
    Files.writeString(
        snapshot.resolve("train-unpaired.jsonl"),
        """
        {"prompt":"Hi","completion":"Hello.","label":true}
        {"prompt":"Hi","completion":"%s","label":false}
        {"prompt":"Bye","completion":"What?","label":false}
        """
            .formatted("hills and ".repeat(40)));
    var settings =
        KtoSettings.of(Map.of("maxSteps", "1", "batchAnswers", "3", "maxTokens", "32")).toMap();
    RoundFolder.write(folder.job(), job("kto", settings, BASE, snapshot));
    RoundFolder.write(folder.compute(), ComputeType.F32);
    Files.writeString(folder.evaluation(), "{}");

    var events = new ByteArrayOutputStream();
    try (var server = new PipedOutputStream();
        var out = new PrintStream(events, true, UTF_8)) {
      assertThat(WorkerRun.run(folder.path(), new PipedInputStream(server), out))
          .isEqualTo(WorkerRun.DONE);
    }
    assertThat(events.toString(UTF_8))
        .contains("{\"event\":\"settled\"", "\"desirableWeight\":\"2.0\"");
    var training = RoundFolder.read(folder.trained(), Training.class).orElseThrow();
    assertThat(training.pairs()).isEqualTo(3);
    assertThat(training.untrainable()).isEmpty();
    assertThat(training.cut()).isEqualTo(Map.of("answers-cut", 1));
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
    return job(
        "dpo",
        DpoSettings.of(Map.of("maxSteps", "1", "batchPairs", "2", "compute", "auto")).toMap(),
        base,
        BASE);
  }

  private Job job(String recipe, Map<String, String> settings, Path base, Path snapshot) {
    return new Job(
        "r1",
        recipe,
        settings,
        base,
        "tiny",
        "tiny",
        Optional.empty(),
        snapshot,
        path.resolve("logprobs"),
        new EvaluationSizes(1, 1, 1, 2, 8, 1, 2, 4, 16),
        60);
  }
}
