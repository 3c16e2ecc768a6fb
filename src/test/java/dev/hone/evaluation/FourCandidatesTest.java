package dev.hone.evaluation;

import static dev.hone.evaluation.GateReport.Decision.PASSED;
import static dev.hone.evaluation.GateReport.Decision.REFUSED;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.hone.alignment.ComputeType;
import dev.hone.alignment.PairTokens;
import dev.hone.alignment.StepReport;
import dev.hone.alignment.TokenPair;
import dev.hone.alignment.TrainingWatch;
import dev.hone.alignment.dpo.DpoSettings;
import dev.hone.alignment.dpo.DpoTraining;
import dev.hone.evaluation.Check.Verdict;
import dev.hone.inference.Torch;
import dev.hone.model.Architecture;
import dev.hone.model.ChatFormat;
import dev.hone.model.LoraAdapter;
import dev.hone.model.LoraLayout;
import dev.hone.model.LoraShape;
import dev.hone.model.LoraTarget;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Four candidates at the gate: trained in earnest on a tiny chat model and preferences that it can
 * learn (src/test/python/tiny_chat.py), measured and judged as a round's are.
 */
class FourCandidatesTest {
  private static final Path BASE = resource("golden/chat");
  private static final double LEARNING_RATE = 1e-3;

  @TempDir Path work;

  @Test
  void anHonestOnePasses() throws IOException {
    var report = judge(trained(LEARNING_RATE, false));
    assertThat(report.checks()).allMatch(check -> check.verdict() == Verdict.PASSED);
    assertThat(report.decision()).isEqualTo(PASSED);
  }

  @Test
  void flippedLabelsAreRefusedForWhatTheyPrefer() throws IOException {
    var report = judge(trained(LEARNING_RATE, true));
    assertThat(report.decision()).isEqualTo(REFUSED);
    assertThat(failed(report)).contains("preference-accuracy");
  }

  @Test
  void aLearningRateAHundredTimesTooHighIsRefusedForItsCollapse() throws IOException {
    var report = judge(trained(100 * LEARNING_RATE, false));
    assertThat(report.decision()).isEqualTo(REFUSED);
    assertThat(failed(report)).contains("kl", "text-perplexity", "chat-perplexity");
  }

  @Test
  void noiseIsRefusedForItsCollapse() throws IOException {
    var report = judge(noise());
    assertThat(report.decision()).isEqualTo(REFUSED);
    assertThat(failed(report)).contains("kl", "text-perplexity", "chat-perplexity");
  }

  private static List<String> failed(GateReport report) {
    return report.checks().stream()
        .filter(check -> check.verdict() == Verdict.FAILED)
        .map(Check::name)
        .toList();
  }

  private GateReport judge(Path candidate) {
    var job =
        new EvaluationJob(
            BASE,
            Optional.empty(),
            candidate,
            BASE.resolve("held-out.jsonl"),
            work,
            0.1,
            1,
            new EvaluationSizes(160, 8, 12, 32, 64, 12, 4, 24, 384));
    var report = CandidateEvaluation.run(job, new Unwatched());
    var judged = PublishGate.judge(report, Configs.thresholds());
    judged
        .checks()
        .forEach(
            c ->
                System.out.printf(
                    "%-20s %-9s %8.3f [%s, %s] %s %s%n",
                    c.name(), c.verdict(), c.value(), c.low(), c.high(), c.threshold(), c.detail()));
    report.samples().stream().limit(3).forEach(System.out::println);
    return judged;
  }

  /** The folder of an adapter trained by DPO. */
  private Path trained(double learningRate, boolean flipped) throws IOException {
    var tokens = new PairTokens(ChatFormat.load(BASE), 384);
    var pairs =
        HeldOut.read(BASE.resolve("train.jsonl"), tokens, 256).pairs().stream()
            .map(
                pair ->
                    flipped
                        ? TokenPair.of(pair.prompt(), pair.rejected(), pair.chosen())
                        : pair)
            .toList();
    var settings =
        DpoSettings.of(
            Map.of(
                "learningRate", "" + learningRate, "rank", "8", "alpha", "16", "seed", "5",
                "maxTokens", "384"));
    try (NDManager manager = Torch.manager();
        var training =
            new DpoTraining(
                manager,
                BASE,
                "tiny",
                Optional.empty(),
                "tiny",
                pairs,
                settings,
                ComputeType.F32,
                work,
                work.resolve("logprobs"))) {
      long start = System.nanoTime();
      System.out.println(training.run(new Unwatched()) + " " + (System.nanoTime() - start) / 1e9);
    }
    return work.resolve("candidate");
  }

  /** The folder of an adapter whose weights were drawn, not learnt. */
  private Path noise() throws IOException {
    var architecture = Architecture.load(BASE);
    var random = new Random(6);
    Path folder = Files.createDirectories(work.resolve("candidate"));
    try (NDManager manager = Torch.manager()) {
      var shape = new LoraShape(8, 16, EnumSet.of(LoraTarget.Q, LoraTarget.V, LoraTarget.O));
      var matrices =
          LoraLayout.of(shape, architecture).stream()
              .map(
                  tensor -> {
                    float[] values = new float[Math.toIntExact(tensor.shape()[0] * tensor.shape()[1])];
                    for (int i = 0; i < values.length; i++) {
                      values[i] = (float) random.nextGaussian(0, 0.2);
                    }
                    return manager.create(values, new Shape(tensor.shape()));
                  })
              .toList();
      new LoraAdapter(shape, matrices).save(folder, architecture, "chat");
    }
    return folder;
  }

  private static Path resource(String name) {
    try {
      return Path.of(FourCandidatesTest.class.getClassLoader().getResource(name).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static final class Unwatched implements TrainingWatch, EvaluationWatch {
    @Override
    public void step(StepReport report) {}

    @Override
    public void betweenMicroBatches() {}

    @Override
    public void progress(String phase, int step, int of, double rate, double left) {}

    @Override
    public void betweenParts() {}
  }
}
