package dev.hone.loop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.alignment.TrainerEnvironment;
import dev.hone.inference.RolloutPrecision;
import dev.hone.model.Precision;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A worker that the system kills in each stage of a plan, each time before a step that it has told
 * of is written down: who goes on ends in the same weights.
 */
class KilledWorkerTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int SIGKILL = 128 + 9;
  private static final String NEVER = "never";

  /** Of draws that are kept together. */
  private static final int ANSWERS_OF_A_PART = 64;

  @TempDir Path path;

  @Test
  void aRewardModelAndWhatLearnsByItEndInTheSameBytes() throws Exception {
    var plan =
        PlanDraft.named("rm+ppo")
            .with(
                Map.of(
                    "rm.maxSteps", "3",
                    "rm.compute", "f32",
                    "rm.batchPrompts", "4",
                    "rm.dropout", "0.1"))
            .with(
                Map.of(
                    "ppo.maxSteps", "3",
                    "ppo.compute", "f32",
                    "ppo.rolloutsPerStep", "4",
                    "ppo.batchResponses", "2",
                    "ppo.ptxCoefficient", "0.1",
                    "ppo.klTarget", "1",
                    "ppo.ema", "0.8",
                    "ppo.maxNewTokens", "8",
                    "ppo.maxTokens", "40"))
            .plan();
    assertEndsInTheSameBytes(plan);
    assertSame(path.resolve("whole/models/rewards"), path.resolve("cut/models/rewards"));
  }

  /** Demonstrations through DoRA, whose version holds full weights, then pairs on all of those. */
  @Test
  void fullWeightsEndInTheSameBytes() throws Exception {
    var plan =
        PlanDraft.named("sft+dpo")
            .with(
                Map.of(
                    "sft.maxSteps", "3",
                    "sft.compute", "f32",
                    "sft.adapter", "dora",
                    "sft.batchAnswers", "4"))
            .with(
                Map.of(
                    "dpo.maxSteps", "3",
                    "dpo.compute", "f32",
                    "dpo.adapter", "full",
                    "dpo.ema", "0.8",
                    "dpo.gradientCheckpointing", "true",
                    "dpo.batchPairs", "4"))
            .plan();
    assertEndsInTheSameBytes(plan);
  }

  /** Thumbs, and then groups of answers that a reward model grades. */
  @Test
  void thumbsAndGroupsOfAnswersEndInTheSameBytes() throws Exception {
    var plan =
        PlanDraft.named("kto+rm+grpo+rloo")
            .with(
                Map.of(
                    "kto.maxSteps", "3",
                    "kto.compute", "f32",
                    "kto.fromPairs", "always",
                    "kto.batchAnswers", "4"))
            .with(Map.of("rm.maxSteps", "3", "rm.compute", "f32", "rm.batchPrompts", "4"))
            .with(
                Map.of(
                    "grpo.maxSteps", "3",
                    "grpo.compute", "f32",
                    "grpo.rolloutsPerStep", "4",
                    "grpo.groupSize", "2",
                    "grpo.batchResponses", "2",
                    "grpo.epochs", "2",
                    "grpo.maxNewTokens", "8",
                    "grpo.maxTokens", "40"))
            .with(
                Map.of(
                    "rloo.maxSteps", "3",
                    "rloo.compute", "f32",
                    "rloo.rolloutsPerStep", "4",
                    "rloo.groupSize", "2",
                    "rloo.batchResponses", "4",
                    "rloo.maxNewTokens", "8",
                    "rloo.maxTokens", "40"))
            .plan();
    assertEndsInTheSameBytes(plan);
  }

  /** Answers that are drawn, chosen among and learnt. */
  @Test
  void theBestOfSeveralAnswersEndInTheSameBytes() throws Exception {
    var plan =
        PlanDraft.named("rm+best-of-n+sft")
            .with(Map.of("rm.maxSteps", "3", "rm.compute", "f32", "rm.batchPrompts", "4"))
            .with(
                Map.of(
                    "best-of-n.answers", "8",
                    "best-of-n.maxNewTokens", "48",
                    "best-of-n.maxTokens", "96"))
            .with(Map.of("sft.maxSteps", "3", "sft.compute", "f32", "sft.batchAnswers", "2"))
            .plan();
    assertEndsInTheSameBytes(plan);
  }

  /** Uninterrupted, and killed once in each stage. */
  private void assertEndsInTheSameBytes(Plan plan) throws Exception {
    var whole = folder("whole", plan);
    assertThat(work(whole, NEVER).exitCode).isEqualTo(WorkerRun.DONE);

    var cut = folder("cut", plan);
    int stages = plan.stages().size();
    for (int stage = 1; stage <= stages; stage++) {
      boolean draws = plan.stages().get(stage - 1).method().equals("best-of-n");
      var worked = work(cut, draws ? drawn(stage) : words(stage, 2));
      assertThat(worked.exitCode).isEqualTo(SIGKILL);
      assertGoesOn(worked, stage - 1);
    }
    var last = work(cut, NEVER);
    assertThat(last.exitCode).isEqualTo(WorkerRun.DONE);
    assertGoesOn(last, stages);
    assertThat(last.told).last().isEqualTo(words(stages, 3));

    assertSame(whole.candidate(), cut.candidate());
  }

  /**
   * @param killed the stage that it was killed in before; 0 for a fresh start
   */
  private static void assertGoesOn(Worked worked, int killed) {
    if (killed > 0) {
      assertThat(worked.told.getFirst())
          .startsWith("stage %d,".formatted(killed))
          .isNotEqualTo(words(killed, 1));
    }
  }

  private RoundFolder folder(String name, Plan plan) throws IOException {
    Path home = path.resolve(name);
    SmallJob.store(home);
    var folder = new RoundFolder(home.resolve("round"));
    RoundFolder.write(folder.job(), SmallJob.of(home, plan, 1));
    Files.writeString(folder.evaluation(), "{}");
    // What is measured as the fastest for so small a model differs from stage to stage.
    for (int i = 0; i < plan.stages().size(); i++) {
      var stage = folder.stage(i, plan.stages());
      Files.createDirectories(stage.path());
      RoundFolder.write(stage.rollouts(), new RolloutPrecision(Precision.F32_PREPACKED));
    }
    return folder;
  }

  /** Weights alone: manifests know when they were written. */
  private static void assertSame(Path one, Path other) throws IOException {
    try (var files = Files.walk(one)) {
      var weights = files.filter(file -> file.toString().endsWith(".safetensors")).toList();
      assertThat(weights).isNotEmpty();
      for (Path file : weights) {
        assertThat(other.resolve(one.relativize(file))).hasSameBinaryContentAs(file);
      }
    }
  }

  /**
   * @param told steps, and that answers were drawn
   */
  private record Worked(int exitCode, List<String> told) {}

  /**
   * Lets a worker run that is killed as soon as it has told of something.
   *
   * @param last {@link #NEVER} to let it come to its end
   */
  private static Worked work(RoundFolder folder, String last)
      throws IOException, InterruptedException {
    var builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Dai.djl.pytorch.num_threads=2",
                "-DDJL_OFFLINE=true",
                "-cp",
                System.getProperty("java.class.path"),
                KilledWorkerTest.class.getName(),
                folder.path().toString(),
                last)
            .redirectError(folder.path().resolve("worker.log").toFile());
    builder.environment().putAll(TrainerEnvironment.of(System.getenv()));
    var process = builder.start();
    var told = new ArrayList<String>();
    try (var events = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      for (String line = events.readLine(); line != null; line = events.readLine()) {
        told(line).ifPresent(told::add);
      }
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
      return new Worked(process.exitValue(), told);
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private static String words(int stage, int step) {
    return "stage %d, step %d".formatted(stage, step);
  }

  private static String drawn(int stage) {
    return "stage %d, drawn".formatted(stage);
  }

  /** Which step an event tells of, or whether answers of a second part were drawn. */
  private static Optional<String> told(String line) throws IOException {
    JsonNode event = JSON.readTree(line);
    int stage = event.path("stage").asInt();
    if (event.path("event").asText().equals("stepped")) {
      return Optional.of(words(stage, event.path("report").path("step").asInt()));
    }
    boolean drawn =
        event.path("phase").asText().equals("sampling")
            && event.path("step").asInt() > ANSWERS_OF_A_PART;
    return drawn ? Optional.of(drawn(stage)) : Optional.empty();
  }

  /**
   * @param arguments the round's folder, and behind what this process is killed
   */
  public static void main(String[] arguments) {
    System.exit(
        WorkerRun.run(Path.of(arguments[0]), System.in, new Deadly(System.out, arguments[1])));
  }

  /** Does not return from telling of what is to be the last. */
  private static final class Deadly extends PrintStream {
    private final String last;

    Deadly(PrintStream out, String last) {
      super(out, true, UTF_8);
      this.last = last;
    }

    @Override
    public void println(String line) {
      super.println(line);
      try {
        if (told(line).filter(last::equals).isPresent()) {
          new ProcessBuilder("kill", "-9", "" + ProcessHandle.current().pid()).start().waitFor();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
