package dev.hone.loop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.alignment.FromPairs;
import dev.hone.alignment.TokenAnswer;
import dev.hone.model.ChatFormat;
import dev.hone.registry.ModelStore;
import dev.hone.registry.RewardModels;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Stages that train reward models and learn by them, in a worker's own code. */
class RewardedStagesTest {
  private static final Path SMALL = SmallJob.DATA;
  private static final Map<String, String> QUICK =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("rm.maxSteps", "2"),
              Map.entry("rm.compute", "f32"),
              Map.entry("rm.batchPrompts", "4")));

  @TempDir Path path;

  private ModelStore store;

  @BeforeEach
  void install() {
    store = SmallJob.store(path);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ppo", "grpo", "rloo"})
  void aPolicyLearnsByTheRewardModelOfTheStageBefore(String method) throws Exception {
    var folder = new RoundFolder(path.resolve("round"));
    var plan =
        PlanDraft.named("rm+" + method)
            .with(QUICK)
            .with(
                Map.of(
                    method + ".maxSteps", "2",
                    method + ".compute", "f32",
                    method + ".rolloutsPerStep", "4",
                    method + ".groupSize", "2",
                    method + ".batchResponses", method.equals("rloo") ? "4" : "2",
                    method + ".ptxCoefficient", "0.1",
                    method + ".temperature", "0.8",
                    method + ".maxNewTokens", "8",
                    method + ".maxTokens", "40"))
            .plan();
    assertThat(done(folder, plan)).contains("\"stage\":1,", "\"stage\":2,", "\"trained\"");

    var kept = new RewardModels(store).list();
    assertThat(kept).hasSize(1);
    assertThat(kept.getFirst().id()).startsWith("rm-r1-");
    assertThat(kept.getFirst().evaluation().path("accuracy").isNumber()).isTrue();
    var steps = new StepLog(folder.progress()).read();
    assertThat(metrics(steps, 1)).hasSize(2).allMatch(step -> step.has("accuracy"));
    assertThat(metrics(steps, 2))
        .hasSize(2)
        .allMatch(step -> step.path("sampling/gap").asDouble() < 0.1)
        .allMatch(step -> step.has("loss/ptx_avg"))
        .allMatch(step -> step.has("loss/value_avg") == method.equals("ppo"));
    assertThat(folder.candidate().resolve("adapter_model.safetensors")).exists();
    assertThat(folder.candidate().resolve("head.safetensors")).doesNotExist();
    // Of what it learnt besides (PPO-ptx), which is the chosen answers of pairs here.
    var shown = TrainingData.of(SMALL, ChatFormat.load(SMALL), 40).demonstrations(FromPairs.AUTO);
    var training = RoundFolder.read(folder.trained(), Training.class).orElseThrow();
    assertThat(training.cut()).isNotEmpty().isEqualTo(shown.cut());
    assertThat(training.untrainable()).containsAllEntriesOf(shown.untrainable());
  }

  @Test
  void theRewardModelMayBeOverAnotherBaseThanThePolicys() throws Exception {
    store.install("other", "a test", OtherBase::writeTo);
    var folder = new RoundFolder(path.resolve("round"));
    var plan =
        PlanDraft.named("rm+ppo")
            .with(QUICK)
            .with(
                Map.of(
                    "rm.base", "other",
                    "rm.compute", "auto",
                    "ppo.maxSteps", "2",
                    "ppo.compute", "f32",
                    "ppo.rolloutsPerStep", "4",
                    "ppo.batchResponses", "4",
                    "ppo.maxNewTokens", "8"))
            .plan();
    done(folder, plan);

    var kept = new RewardModels(store).list().getFirst();
    assertThat(kept.base()).isEqualTo("other");
    assertThat(path.resolve("round/compute-other.json")).as("timed on that base").exists();
    assertThat(folder.compute()).doesNotExist();
    assertThat(kept.baseSha256())
        .isEqualTo(store.baseHash("other"))
        .isNotEqualTo(store.baseHash("chat"));
    assertThat(metrics(new StepLog(folder.progress()).read(), 2))
        .hasSize(2)
        .allMatch(step -> step.path("objective/scores").asDouble() != 0)
        .allMatch(step -> step.path("objective/scores_std").asDouble() > 0)
        .allMatch(step -> step.has("loss/value_avg"));
    assertThat(folder.candidate().resolve("adapter_model.safetensors")).exists();
  }

  private static List<JsonNode> metrics(List<JsonNode> steps, int stage) {
    return steps.stream()
        .filter(step -> step.path("stage").asInt() == stage)
        .map(step -> step.path("metrics"))
        .toList();
  }

  @Test
  void theBestOfSeveralAnswersAreLearnt() throws Exception {
    var folder = new RoundFolder(path.resolve("round"));
    var plan =
        PlanDraft.named("rm+best-of-n+sft")
            .with(QUICK)
            .with(
                Map.of(
                    "best-of-n.answers", "3",
                    "best-of-n.maxNewTokens", "48",
                    "best-of-n.maxTokens", "96",
                    "sft.maxSteps", "1",
                    "sft.compute", "f32"))
            .plan();
    assertThat(done(folder, plan)).contains("\"phase\":\"sampling\"", "\"phase\":\"scoring\"");

    var made = folder.stage(1, plan.stages());
    var chosen = RoundFolder.read(made.demonstrations(), TokenAnswer[].class).orElseThrow();
    assertThat(chosen).isNotEmpty().allMatch(TokenAnswer::good);
    var training = RoundFolder.read(folder.trained(), Training.class).orElseThrow();
    assertThat(training.pairs()).isEqualTo(chosen.length);
    var choosing = RoundFolder.read(made.choosing(), Choosing.class).orElseThrow();
    assertThat(choosing.chosen()).isEqualTo(chosen.length);
    assertThat(choosing.leftOut().values().stream().mapToInt(Integer::intValue).sum())
        .isEqualTo(choosing.asked() - chosen.length);

    assertThat(Outcomes.of(folder, SmallJob.of(path, plan, 0)))
        .satisfiesExactly(
            rm ->
                assertThat(rm)
                    .startsWith("2 steps over ")
                    .containsPattern(
                        "Made the reward model rm-r1-[0-9a-f]{8}, right on [01]\\.\\d{3} .*length alone"),
            bestOf ->
                assertThat(bestOf)
                    .startsWith(
                        "The best of several answers to %d of %d prompts. No best one: "
                            .formatted(chosen.length, choosing.asked())),
            sft -> assertThat(sft).startsWith("1 step over ").contains(" demonstrations in f32, "));

    assertThat(made.draws()).isDirectory();
    folder.forgetWork();
    assertThat(made.draws()).doesNotExist();
    assertThat(made.choosing()).exists();
    assertThat(made.demonstrations()).exists();
  }

  @Test
  void aRewardModelAloneIsKeptAndLeavesNoCandidateToMeasure() throws Exception {
    var folder = new RoundFolder(path.resolve("round"));
    var plan = PlanDraft.named("rm").with(Map.of("maxSteps", "1", "compute", "f32")).plan();
    assertThat(done(folder, plan)).doesNotContain("\"trained\"");
    String id = new RewardModels(store).list().getFirst().id();
    assertThat(RoundFolder.read(folder.made(), Made.class).orElseThrow().words(store))
        .startsWith("made the reward model %s, right on ".formatted(id));
    assertThat(folder.evaluation()).doesNotExist();
  }

  @Test
  void whatAProgramCanVerifyNeedsNoRewardModel() throws Exception {
    var folder = new RoundFolder(path.resolve("round"));
    Path tasks = path.resolve("tasks.jsonl");
    Files.writeString(
        tasks,
        """
        {"prompt":"Why do people like hills?","checks":[{"check":"contains","texts":["hills"]}]}
        {"prompt":"Give me a tip about books.","checks":[{"check":"contains","texts":["books"]}]}
        """);
    var plan =
        PlanDraft.named("grpo")
            .with(
                Map.of(
                    "reward", "tasks",
                    "tasks", tasks.toString(),
                    "maxSteps", "1",
                    "compute", "f32",
                    "groupSize", "4",
                    "rolloutsPerStep", "8",
                    "maxNewTokens", "12"))
            .plan();
    // A release before wrote down what changes nothing, too.
    Map<String, String> all = new HashMap<>(plan.last().settings());
    all.put("advantage", "gae");
    done(folder, plan.settled(0, all));
    var step = new StepLog(folder.progress()).read().getFirst().path("metrics");
    assertThat(step.path("objective/scores").asDouble()).isBetween(0.0, 1.0);
    assertThat(RoundFolder.read(folder.trained(), Training.class).orElseThrow().pairs())
        .isEqualTo(2);
  }

  @Test
  void aRewardModelThatIsNotThereIsNamed() throws Exception {
    var folder = new RoundFolder(path.resolve("round"));
    var plan = PlanDraft.named("ppo").with(Map.of("reward", "rm-r9-0123abcd")).plan();
    RoundFolder.write(folder.job(), SmallJob.of(path, plan, 0));
    var events = new ByteArrayOutputStream();
    assertThat(work(folder, events)).isEqualTo(WorkerRun.FAILED);
    assertThat(events.toString(UTF_8)).contains("reward: ", "rm-r9-0123abcd");
  }

  /** The candidate's measurement is not looked at here. */
  private String done(RoundFolder folder, Plan plan) throws IOException {
    RoundFolder.write(folder.job(), SmallJob.of(path, plan, 0));
    if (plan.last().makesPolicy()) {
      Files.writeString(folder.evaluation(), "{}");
    }
    var events = new ByteArrayOutputStream();
    int code = work(folder, events);
    assertThat(code).as(events.toString(UTF_8)).isEqualTo(WorkerRun.DONE);
    return events.toString(UTF_8);
  }

  private static int work(RoundFolder folder, ByteArrayOutputStream events) throws IOException {
    try (var server = new PipedOutputStream();
        var out = new PrintStream(events, true, UTF_8)) {
      return WorkerRun.run(folder.path(), new PipedInputStream(server), out);
    }
  }
}
