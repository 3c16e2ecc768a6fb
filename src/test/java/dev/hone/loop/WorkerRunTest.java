package dev.hone.loop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.alignment.ComputeType;
import dev.hone.alignment.WarmStart;
import dev.hone.alignment.dpo.DpoSettings;
import dev.hone.evaluation.EvaluationSizes;
import dev.hone.evaluation.PairsJob;
import dev.hone.evaluation.RewardJob;
import dev.hone.model.Architecture;
import dev.hone.model.LoraShape;
import dev.hone.model.LoraTarget;
import dev.hone.model.ScalarHead;
import dev.hone.model.SmallModel;
import dev.hone.preference.Format;
import java.io.ByteArrayOutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
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

  /** Its head says 0 of everything, so all are ties. */
  @Test
  void aRewardModelIsJudgedInTheFolderOfAJudgement() throws Exception {
    Path model = Files.createDirectory(path.resolve("model"));
    var net = Architecture.load(BASE);
    try (var manager = NDManager.newBaseManager();
        var head = ScalarHead.zero(manager, net);
        var adapter =
            WarmStart.adapter(
                manager, net, new LoraShape(2, 4, EnumSet.of(LoraTarget.Q)), Optional.empty(), 1)) {
      adapter.save(model, net, "chat");
      head.save(model, net);
    }
    var folder = new RoundFolder(path);
    PairsJob job = new RewardJob(BASE, model, BASE.resolve("held-out.jsonl"), Format.TRL);
    RoundFolder.write(folder.judging(), job);
    var events = new ByteArrayOutputStream();
    try (var server = new PipedOutputStream();
        var out = new PrintStream(events, true, UTF_8)) {
      assertThat(WorkerRun.run(path, new PipedInputStream(server), out)).isEqualTo(WorkerRun.DONE);
    }
    assertThat(events.toString(UTF_8)).contains("{\"event\":\"measured\"");
    var report = RoundFolder.read(folder.judgement(), JsonNode.class).orElseThrow().path("report");
    assertThat(report.toString())
        .startsWith("{\"pairs\":160,\"accuracy\":0.5,\"low\":0.42")
        .contains(",\"lengthBaseline\":", "\"margin\":0.0");
  }

  private Job job(Path base) {
    return new Job(
        "r1",
        "dpo",
        DpoSettings.of(Map.of("maxSteps", "1", "batchPairs", "2", "compute", "auto")).toMap(),
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
