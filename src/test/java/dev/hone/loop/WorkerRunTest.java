package dev.hone.loop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.alignment.AlarmLimits;
import dev.hone.alignment.ComputeType;
import dev.hone.alignment.WarmStart;
import dev.hone.alignment.verify.ArithmeticTasks;
import dev.hone.alignment.verify.VerifiableTasks;
import dev.hone.evaluation.EvaluationSizes;
import dev.hone.evaluation.FileJob;
import dev.hone.evaluation.PairsJob;
import dev.hone.evaluation.RewardJob;
import dev.hone.evaluation.TaskJob;
import dev.hone.inference.Torch;
import dev.hone.model.Architecture;
import dev.hone.model.LoraShape;
import dev.hone.model.LoraTarget;
import dev.hone.model.ScalarHead;
import dev.hone.model.SmallModel;
import dev.hone.preference.Format;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WorkerRunTest {
  private static final Path BASE = SmallModel.resource("golden/chat");

  private static final Made.Policy PARENT = new Made.Policy("tiny", Optional.empty());

  @TempDir Path path;

  /** One of the two is not what would be measured on this machine. */
  @ParameterizedTest
  @EnumSource
  void aRoundGoesOnInTheNumberFormatThatItBeganIn(ComputeType begun) throws Exception {
    var folder = new RoundFolder(path);
    RoundFolder.write(folder.compute(), begun);
    assertThat(trained(folder, job(dpo(Map.of("compute", "auto")))))
        .contains("{\"event\":\"computing\",\"compute\":\"%s\"}".formatted(begun.label()));
    assertThat(RoundFolder.read(folder.compute(), ComputeType.class)).contains(begun);
    assertThat(RoundFolder.read(folder.trained(), Training.class).orElseThrow().compute())
        .isEqualTo(begun.label());
  }

  @Test
  void aRoundGoesOnOnAsManyThreadsAsItBeganOn() throws Exception {
    int threads = Torch.threads();
    var folder = new RoundFolder(path);
    RoundFolder.write(folder.threads(), new RoundThreads(threads + 1));
    try {
      trained(folder, job(dpo(Map.of("compute", "f32"))));
      assertThat(Torch.threads()).isEqualTo(threads + 1);
    } finally {
      Torch.computeOn(threads);
    }
    var another = new RoundFolder(path.resolve("another"));
    trained(another, job(dpo(Map.of("compute", "f32"))));
    assertThat(RoundFolder.read(another.threads(), RoundThreads.class))
        .contains(new RoundThreads(threads));
  }

  @Test
  void anAlarmEndsTheTrainingWithASentence() throws Exception {
    var folder = new RoundFolder(path);
    var plan =
        PlanDraft.named("kto")
            .with(Map.of("maxSteps", "8", "learningRate", "0.01", "compute", "f32"))
            .with(Map.of("desirableWeight", "1", "undesirableWeight", "0"))
            .plan();
    RoundFolder.write(folder.job(), job(plan));
    RoundFolder.write(folder.alarms(), new AlarmLimits(1e-6, 0, 0));
    String events = worked(path, WorkerRun.FAILED);
    assertThat(events.lines().toList().getLast())
        .contains("\"event\":\"failed\"", "kl is", "above hone.loop.alarms.max-kl of 1.000e-06");
    assertThat(
            new StepLog(folder.progress()).read().getLast().path("metrics").path("kl").asDouble())
        .isGreaterThan(1e-6);
    assertThat(folder.trained()).doesNotExist();
  }

  @Test
  void aPolicyThatGoesTooFarOnHeldOutAnswersIsStopped() throws Exception {
    var folder = new RoundFolder(path);
    var set =
        Map.of("maxSteps", "4", "learningRate", "0.01", "heldOutEvery", "1", "compute", "f32");
    RoundFolder.write(folder.job(), job(dpo(set)));
    RoundFolder.write(folder.alarms(), new AlarmLimits(1e-6, 0, 0));
    String events = worked(path, WorkerRun.FAILED);
    assertThat(events.lines().toList().getLast())
        .contains("\"event\":\"failed\"", "eval/kl is", "above hone.loop.alarms.max-kl");
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
    var plan =
        PlanDraft.named("kto")
            .with(Map.of("maxSteps", "1", "batchAnswers", "3", "maxTokens", "32", "compute", "f32"))
            .plan();
    assertThat(trained(folder, job(plan, BASE, PARENT, snapshot)))
        .contains("{\"event\":\"settled\"", "\"desirableWeight\":\"2.0\"");
    var training = RoundFolder.read(folder.trained(), Training.class).orElseThrow();
    assertThat(training.pairs()).isEqualTo(3);
    assertThat(training.untrainable()).isEmpty();
    assertThat(training.cut()).isEqualTo(Map.of("answers-cut", 1));
  }

  /** What the first stage made is the second's parent, in all that a parent is. */
  @Test
  void stagesAreAsRoundsOfTheirOwnOneAfterTheOther() throws Exception {
    var both = new RoundFolder(path.resolve("both"));
    Plan plan =
        PlanDraft.named("sft+dpo")
            .with(
                Map.of(
                    "sft.maxSteps",
                    "1",
                    "sft.batchAnswers",
                    "2",
                    "sft.compute",
                    "f32",
                    "dpo.maxSteps",
                    "2",
                    "dpo.batchPairs",
                    "2",
                    "dpo.compute",
                    "f32",
                    "dpo.rank",
                    "4",
                    "sft.rank",
                    "8"))
            .plan();
    String events = trained(both, job(plan));
    assertThat(events).contains("{\"event\":\"stepped\",\"stage\":1,", "\"stage\":2,");
    assertThat(new StepLog(both.progress()).read())
        .extracting(step -> step.path("stage").asInt(), step -> step.path("step").asInt())
        .containsExactly(tuple(1, 1), tuple(2, 1), tuple(2, 2));
    assertThat(new StepLog(both.progress()).read())
        .extracting(step -> step.path("metrics"))
        .allMatch(metrics -> metrics.has("eval/accuracy") && metrics.has("eval/kl"))
        .allMatch(metrics -> metrics.has("eval/loss"));
    var first = both.stage(0, plan.stages());
    assertThat(first.path()).isEqualTo(both.path().resolve("stage-1-sft"));
    var made = RoundFolder.read(first.made(), Made.class).orElseThrow();
    assertThat(made.policy().id()).startsWith("r1-sft-");
    assertThat(made.policy().adapter()).contains(first.candidate());

    var alone = new RoundFolder(path.resolve("alone"));
    var second = new Plan("dpo", List.of(plan.last()), null);
    trained(alone, job(second, BASE, made.policy()));
    assertThat(weights(alone)).isEqualTo(weights(both));

    // Killed before the candidate was there: the first stage is not done again.
    RoundFolder before = again(both);
    assertThat(trained(before, job(plan))).doesNotContain("\"stage\":1,");
    assertThat(weights(before)).isEqualTo(weights(alone));

    both.forgetWork();
    assertThat(first.candidate()).doesNotExist();
    assertThat(first.trained()).exists();
    assertThat(both.candidate()).exists();
  }

  /** The same round as it was before its last stage began. */
  private static RoundFolder again(RoundFolder folder) throws IOException {
    for (var file : List.of(folder.made(), folder.trained())) {
      Files.delete(file);
    }
    folder.forgetCandidate();
    return folder;
  }

  @Test
  void aModelThatCanHaveNoAdapterIsRefusedBeforeAnyWork() throws Exception {
    Path base = SmallModel.resource("golden/gpt2");
    RoundFolder.write(new RoundFolder(path).job(), job(dpo(Map.of()), base, PARENT));
    String events = worked(path, WorkerRun.FAILED);
    assertThat(events)
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
    String events = worked(path, WorkerRun.DONE);
    assertThat(events).contains("{\"event\":\"measured\"");
    var report = RoundFolder.read(folder.judgement(), JsonNode.class).orElseThrow().path("report");
    assertThat(report.toString())
        .startsWith("{\"pairs\":160,\"accuracy\":0.5,\"low\":0.42")
        .contains(",\"lengthBaseline\":", "\"margin\":0.0");
  }

  @Test
  void aVersionDoesTasksInTheFolderOfAJudgement() throws Exception {
    Path tasks = path.resolve("tasks.jsonl");
    Files.write(tasks, VerifiableTasks.lines(ArithmeticTasks.of(1, 3, 9)));
    var folder = new RoundFolder(path);
    FileJob job = new TaskJob(BASE, Optional.empty(), tasks, new TaskJob.Asking(2, 0, 8, 0));
    RoundFolder.write(folder.judging(), job);
    String events = worked(path, WorkerRun.DONE);
    assertThat(events).contains("{\"event\":\"measured\"");
    var report = RoundFolder.read(folder.judgement(), JsonNode.class).orElseThrow().path("report");
    assertThat(report.toString()).startsWith("{\"tasks\":2,\"solved\":").contains("\"skipped\":0");
  }

  /** Only the training is looked at here. */
  private static String trained(RoundFolder folder, Job job) throws IOException {
    RoundFolder.write(folder.job(), job);
    Files.writeString(folder.evaluation(), "{}");
    return worked(folder.path(), WorkerRun.DONE);
  }

  /** The events of a worker that ends as it should. */
  private static String worked(Path path, int exitCode) throws IOException {
    var events = new ByteArrayOutputStream();
    try (var server = new PipedOutputStream();
        var out = new PrintStream(events, true, UTF_8)) {
      assertThat(WorkerRun.run(path, new PipedInputStream(server), out)).isEqualTo(exitCode);
    }
    return events.toString(UTF_8);
  }

  private static byte[] weights(RoundFolder folder) throws IOException {
    return Files.readAllBytes(folder.candidate().resolve("adapter_model.safetensors"));
  }

  private static Plan dpo(Map<String, String> set) {
    return PlanDraft.named("dpo").with(Map.of("maxSteps", "1", "batchPairs", "2")).with(set).plan();
  }

  private Job job(Plan plan) {
    return job(plan, BASE, PARENT);
  }

  private Job job(Plan plan, Path base, Made.Policy parent) {
    return job(plan, base, parent, BASE);
  }

  private Job job(Plan plan, Path base, Made.Policy parent, Path snapshot) {
    return new Job(
        "r1",
        plan.stages(),
        base,
        "tiny",
        parent.id(),
        parent.adapter(),
        snapshot,
        path.resolve("logprobs"),
        new EvaluationSizes(1, 1, 1, 2, 8, 1, 2, 4, 16),
        60,
        0);
  }
}
