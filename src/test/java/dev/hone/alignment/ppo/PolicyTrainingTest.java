package dev.hone.alignment.ppo;

import static dev.hone.model.SmallModel.maxDifference;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.alignment.CancelledException;
import dev.hone.alignment.CheckpointEvery;
import dev.hone.alignment.ComputeType;
import dev.hone.alignment.Figures;
import dev.hone.alignment.Killed;
import dev.hone.alignment.MasterNumbers;
import dev.hone.alignment.Masters;
import dev.hone.alignment.Recorder;
import dev.hone.alignment.StepReport;
import dev.hone.alignment.TokenAnswer;
import dev.hone.alignment.TokenPair;
import dev.hone.alignment.TrainingException;
import dev.hone.alignment.TrainingPlace;
import dev.hone.alignment.TrainingRun;
import dev.hone.alignment.TrainingWatch;
import dev.hone.model.LoraAdapter;
import dev.hone.model.Safetensors;
import dev.hone.model.SmallModel;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Trainings by reward of the small model. */
class PolicyTrainingTest {
  private static final SmallModel MODEL = SmallModel.PLAIN;

  /** What policy.py's PPO has besides. */
  private static final String[] FIXED_PPO = {
    "klCoefficient", "0.1", "valueCoefficient", "0.5", "ptxCoefficient", "0.3"
  };

  private static final Path ADAPTER = MODEL.folder().resolve("adapter");
  private static final CheckpointEvery MINUTE = new CheckpointEvery(60, 0);

  @TempDir Path folder;

  private NDManager manager;
  private ComputeType compute = ComputeType.F32;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  /** Finds tokens with lower ids better. */
  private record LowIds() implements Grader {
    @Override
    public double[] grade(List<Response> responses, Figures figures) {
      return responses.stream()
          .mapToDouble(
              response ->
                  Arrays.stream(response.tokens()).filter(id -> id < 32).count()
                      / (double) response.tokens().length)
          .toArray();
    }

    @Override
    public void close() {}
  }

  /** Answers and grades that somebody else made. */
  private static final class Fixed implements Rollouts, Grader {
    private final JsonNode steps;
    private final boolean ofOnePrompt;
    private int drawn;

    /**
     * @param ofOnePrompt whether a step's responses are to the same prompt, rather than one to each
     */
    Fixed(JsonNode steps, boolean ofOnePrompt) {
      this.steps = steps;
      this.ofOnePrompt = ofOnePrompt;
    }

    @Override
    public List<Response> draw(LoraAdapter policy, List<Request> requests, Runnable between) {
      JsonNode responses = steps.get(drawn++).path("responses");
      return IntStream.range(0, requests.size())
          .mapToObj(
              i -> {
                Request request = requests.get(i);
                JsonNode response = responses.get(ofOnePrompt ? i : request.prompt());
                assertThat(request.tokens()).isEqualTo(ids(response.path("prompt")));
                int[] tokens = ids(response.path("tokens"));
                return new Response(request.prompt(), tokens, true, new float[tokens.length]);
              })
          .toList();
    }

    @Override
    public double[] grade(List<Response> responses, Figures figures) {
      JsonNode all = steps.get(drawn - 1).path("responses");
      return IntStream.range(0, responses.size())
          .map(i -> ofOnePrompt ? i : responses.get(i).prompt())
          .mapToDouble(i -> all.get(i).path("score").asDouble())
          .toArray();
    }

    @Override
    public void close() {}
  }

  /** Through the network, the entropy and what else is in the loss of each algorithm among it. */
  @ParameterizedTest
  @EnumSource(PolicyGradient.class)
  void gradientsAreThoseOfPytorch(PolicyGradient algorithm) throws IOException {
    boolean groups = !algorithm.hasValues();
    JsonNode steps = golden(groups ? "group-steps.json" : "steps.json");
    var settings =
        PpoSettings.of(
            with(
                fixedSettings(
                    Map.of(
                        "entropyCoefficient", "0.5",
                        "maxGradientNorm", "1e9",
                        "learningRate", "1e-3",
                        "epochs", "1")),
                algorithm,
                switch (algorithm) {
                  case PPO -> FIXED_PPO;
                  case GRPO -> new String[] {"groupSize", "3", "klLossCoefficient", "2"};
                  case RLOO -> new String[] {"groupSize", "3", "klCoefficient", "0.1"};
                }));
    var fixed = new Fixed(groups ? steps : steps.path("steps"), groups);
    try (var training = fixedTraining(fixed, groups ? List.of() : demonstrations(steps), settings);
        var expected =
            Safetensors.open(
                SmallModel.resource(
                    "golden/ppo/means-%s.safetensors".formatted(algorithm.label())))) {
      run(training, "golden", new Recorder(-1));
      assertThat(expected.names()).isNotEmpty();
      for (String name : expected.names()) {
        float[] means = expected.data(name).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
        // The mean has a tenth of the last gradient.
        double largest = 10 * maxDifference(means, new float[means.length]);
        assertThat(maxDifference(MasterNumbers.meanGradient(training.masters(), name), means))
            .as(name)
            .isLessThan(1e-6 * Math.max(1, largest));
      }
    }
  }

  private static JsonNode golden(String file) throws IOException {
    return new JsonMapper().readTree(SmallModel.resource("golden/ppo/" + file).toFile());
  }

  private static List<TokenAnswer> demonstrations(JsonNode golden) {
    var demonstration = golden.path("demonstration");
    return List.of(
        TokenAnswer.of(ids(demonstration.path("prompt")), ids(demonstration.path("tokens")), true));
  }

  /** On what there is in the steps. */
  private PolicyTraining fixedTraining(
      Fixed fixed, List<TokenAnswer> demonstrations, PpoSettings settings) throws IOException {
    var prompts = new ArrayList<int[]>();
    for (JsonNode response : fixed.steps.get(0).path("responses")) {
      if (prompts.isEmpty() || !fixed.ofOnePrompt) {
        prompts.add(ids(response.path("prompt")));
      }
    }
    var assignment =
        new Assignment(
            prompts,
            0,
            demonstrations,
            List.of(),
            fixed,
            (_, _) -> fixed,
            "golden",
            Optional.of(rewardModel()));
    return new PolicyTraining(manager, place("golden"), assignment, settings, ComputeType.F32);
  }

  private static int[] ids(JsonNode array) {
    return IntStream.range(0, array.size()).map(i -> array.get(i).asInt()).toArray();
  }

  /** In one part and in several, of which the first is looked at but once. */
  @ParameterizedTest
  @ValueSource(ints = {2, 6})
  void stepsOnFixedResponsesAreThoseOfPytorch(int microBatch) throws IOException {
    JsonNode golden = golden("steps.json");
    JsonNode steps = golden.path("steps");
    var settings =
        PpoSettings.of(
            with(
                fixedSettings(
                    Map.of(
                        "batchResponses", "3",
                        "microBatchResponses", "" + microBatch,
                        "entropyCoefficient", "0.01",
                        "learningRate", "3e-3",
                        "epochs", "3")),
                PolicyGradient.PPO,
                FIXED_PPO));
    var fixed = new Fixed(steps, /* ofOnePrompt= */ false);
    var recorder = new Recorder(-1);
    try (var training = fixedTraining(fixed, demonstrations(golden), settings)) {
      run(training, "golden", recorder);
      // The value network is no part of what is written.
      assertTrained(training.masters(), "value.safetensors", "value.");
      assertTrained(training.masters(), "policy.safetensors", "");
    }

    for (int i = 0; i < steps.size(); i++) {
      var report = recorder.reports.get(i);
      assertThat(report.loss()).isCloseTo(steps.get(i).path("loss").asDouble(), within(1e-4));
      assertThat(report.metrics().get("policy/approxkl_avg"))
          .isCloseTo(steps.get(i).path("approxKl").asDouble(), within(1e-4));
      assertThat(report.metrics().get("objective/kl"))
          .isCloseTo(steps.get(i).path("kl").asDouble(), within(1e-4));
      assertThat(report.metrics().get("loss/policy_avg"))
          .isCloseTo(steps.get(i).path("policyLoss").asDouble(), within(1e-4));
      assertThat(report.metrics().get("policy/entropy_avg"))
          .isCloseTo(steps.get(i).path("entropy").asDouble(), within(1e-4));
    }
  }

  private static void assertTrained(Masters masters, String file, String prefix) {
    try (var expected = Safetensors.open(SmallModel.resource("golden/ppo/" + file))) {
      assertThat(expected.names()).isNotEmpty();
      for (String name : expected.names()) {
        float[] golds = expected.data(name).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
        assertThat(maxDifference(MasterNumbers.of(masters, prefix + name), golds))
            .as(prefix + name)
            .isLessThan(2e-4);
      }
    }
  }

  /** The small model's adapter and reward head side by side. */
  private Path rewardModel() throws IOException {
    Path model = Files.createDirectories(folder.resolve("reward-model"));
    for (String name : List.of("adapter_config.json", "adapter_model.safetensors")) {
      Files.copy(ADAPTER.resolve(name), model.resolve(name));
    }
    Path head = SmallModel.resource("golden/reward").resolve("head.safetensors");
    Files.copy(head, model.resolve("head.safetensors"));
    return model;
  }

  @ParameterizedTest
  @EnumSource(PolicyGradient.class)
  void theFirstUpdateStartsAtARatioOfOneAndTheSamplerAgrees(PolicyGradient algorithm) {
    var recorder = new Recorder(-1);
    var set = settings(Map.of("maxSteps", "2", "batchResponses", "16", "epochs", "1"));
    train("ratio", with(set, algorithm), recorder);
    for (StepReport report : recorder.reports) {
      assertThat(report.metrics().get("val/ratio")).isCloseTo(1, within(1e-4));
      assertThat(report.metrics().get("policy/approxkl_avg")).isLessThan(1e-8);
      assertThat(report.metrics().get("policy/clipfrac_avg")).isZero();
      assertThat(report.metrics().get("sampling/gap")).isLessThan(1e-4);
    }
    assertThat(recorder.reports.getFirst().metrics().get("objective/kl"))
        .isCloseTo(0, within(1e-4));
  }

  @ParameterizedTest
  @CsvSource({"F32, 0.8", "BF16, 1", "BF16, 0.8"})
  void theRatioIsOneAtAnyTemperatureAndInEitherNumberFormat(ComputeType type, String temperature) {
    compute = type;
    var recorder = new Recorder(-1);
    train(
        "ratio",
        settings(
            Map.of(
                "maxSteps", "2",
                "batchResponses", "16",
                "epochs", "1",
                "temperature", temperature)),
        recorder);
    for (StepReport report : recorder.reports) {
      assertThat(report.metrics().get("val/ratio")).isCloseTo(1, within(1e-4));
      // Of no token alone either: half the mean square of what ratios differ by.
      assertThat(report.metrics().get("policy/approxkl_avg")).isCloseTo(0, within(1e-8));
      assertThat(report.metrics().get("policy/clipfrac_avg")).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(PolicyGradient.class)
  void whatIsRewardedBecomesMoreFrequent(PolicyGradient algorithm) {
    var recorder = new Recorder(-1);
    var set = settings(Map.of("maxSteps", "25", "learningRate", "0.02", "klCoefficient", "0"));
    train("learns", with(set, algorithm), recorder);
    double before = recorder.mean("objective/scores", 0, 3);
    double after = recorder.mean("objective/scores", 22, 25);
    assertThat(after).isGreaterThan(before + 0.2);
    assertThat(recorder.reports.get(8).metrics()).doesNotContainKey("eval/accuracy");
    var last = recorder.reports.getLast().metrics();
    assertThat(last).doesNotContainKey("eval/solved");
    assertThat(last.get("eval/accuracy")).isGreaterThan(0.5);
    assertThat(last.get("eval/pairs")).isPositive();
    var first = recorder.reports.getFirst().metrics();
    assertThat(first).containsEntry("eval/accuracy", 0.5);
    assertThat(last.get("eval/score")).isGreaterThan(first.get("eval/score") + 0.2);
  }

  @ParameterizedTest
  @EnumSource(PolicyGradient.class)
  void aResumedTrainingEqualsAnUninterruptedOneToTheBit(PolicyGradient algorithm)
      throws IOException {
    var set =
        with(
            settings(
                Map.of("maxSteps", "4", "klTarget", "1", "klCoefficient", "0.1", "epochs", "1")),
            algorithm);
    train("whole", set, new Recorder(-1));
    // Between two updates, in the middle of sampling, and wherever else it falls.
    for (int left : List.of(29, 11, 40, 3)) {
      assertThatThrownBy(() -> train("cut", set, new Recorder(left)))
          .isInstanceOf(CancelledException.class);
    }
    train("cut", set, new Recorder(-1));
    Path weights = Path.of("adapter_model.safetensors");
    assertThat(candidate("cut").resolve(weights))
        .hasSameBinaryContentAs(candidate("whole").resolve(weights));
  }

  /** Coefficient and moments of the scores come from the checkpoint, as the weights do. */
  @Test
  void aKilledTrainingEqualsAnUninterruptedOneToTheBit() throws IOException {
    var set =
        settings(
            Map.of(
                "maxSteps", "4",
                "klTarget", "1",
                "klCoefficient", "0.1",
                "klHorizon", "32",
                "normaliseScores", "true"));
    var every = new CheckpointEvery(Double.POSITIVE_INFINITY, 2);
    train("whole", set, new Recorder(-1), every);
    assertThatThrownBy(() -> train("cut", set, Killed.after(2, 10), every))
        .isInstanceOf(Killed.class);
    var resumed = new Recorder(-1);
    train("cut", set, resumed, every);
    assertThat(resumed.reports.getFirst().step()).isEqualTo(3);
    assertThat(resumed.reports.getFirst().metrics().get("objective/kl_coefficient"))
        .isNotEqualTo(0.1);
    Path weights = Path.of("adapter_model.safetensors");
    assertThat(candidate("cut").resolve(weights))
        .hasSameBinaryContentAs(candidate("whole").resolve(weights));
  }

  @Test
  void aPolicyThatMovedTooFarIsUpdatedNoFurther() {
    var recorder = new Recorder(-1);
    var set = settings(Map.of("maxSteps", "1", "epochs", "8", "learningRate", "0.05"));
    train("free", with(set, PolicyGradient.PPO, "earlyStopKl", "0"), recorder);
    train("held", with(set, PolicyGradient.PPO, "earlyStopKl", "0.01"), recorder);
    assertThat(recorder.reports.get(0).metrics().get("policy/updates")).isEqualTo(16);
    assertThat(recorder.reports.get(1).metrics().get("policy/updates")).isBetween(1.0, 8.0);
  }

  @Test
  void nothingPilesUpOverManySteps() {
    var counts = new ArrayList<Integer>();
    try (var rollouts = new SmallRollouts(1, 8);
        var training = training("open", settings(Map.of("maxSteps", "5")), rollouts)) {
      run(
          training,
          "open",
          new TrainingWatch() {
            @Override
            public void step(StepReport report) {
              counts.add(training.openResources());
            }

            @Override
            public void betweenMicroBatches() {}
          });
    }
    assertThat(counts).hasSize(5).containsOnly(counts.getFirst());
  }

  @Test
  void whatCannotBeAnsweredIsRefused() {
    assertThatThrownBy(() -> train("long", settings(Map.of("maxTokens", "16")), new Recorder(-1)))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("leaves no room for maxNewTokens 8 within maxTokens 16");
    assertThatThrownBy(
            () -> train("ptx", settings(Map.of("ptxCoefficient", "1")), new Recorder(-1)))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("nothing to learn from");
  }

  @Test
  void examplesArePromptsHoweverManyAnswersEachHas() {
    var set = with(settings(Map.of("epochs", "1")), PolicyGradient.GRPO, "groupSize", "4");
    try (var rollouts = new SmallRollouts(1, 8);
        var training = training("counted", set, rollouts)) {
      assertThat(training.visitedBefore(3)).isEqualTo(3 * 16 / 4);
    }
  }

  /** Small and quick, over the golden adapter's shape and scale. */
  private static Map<String, String> settings(Map<String, String> others) {
    Map<String, String> all =
        new HashMap<>(
            Map.ofEntries(
                Map.entry("rank", "2"),
                Map.entry("alpha", "3"),
                Map.entry("targets", "q,k,v,o,gate,up,down"),
                Map.entry("warmup", "0"),
                Map.entry("schedule", "constant"),
                Map.entry("rolloutsPerStep", "16"),
                Map.entry("batchResponses", "8"),
                Map.entry("microBatchResponses", "6"),
                Map.entry("maxTokens", "64"),
                Map.entry("maxNewTokens", "8"),
                Map.entry("missingEosPenalty", "0")));
    all.putAll(others);
    return all;
  }

  /** For what policy.py makes of its fixed responses. */
  private static Map<String, String> fixedSettings(Map<String, String> others) {
    Map<String, String> all =
        settings(
            Map.of(
                "rolloutsPerStep", "3",
                "temperature", "0.8",
                "normaliseScores", "false",
                "scoreClip", "0",
                "earlyStopKl", "0",
                "maxSteps", "2"));
    all.putAll(others);
    return all;
  }

  private static Map<String, String> with(
      Map<String, String> set, PolicyGradient algorithm, String... more) {
    Map<String, String> all = new HashMap<>(set);
    all.put("algorithm", algorithm.name().toLowerCase(Locale.ROOT));
    if (algorithm == PolicyGradient.RLOO) {
      all.put("batchResponses", "16");
    }
    for (int i = 0; i < more.length; i += 2) {
      all.put(more[i], more[i + 1]);
    }
    return all;
  }

  private void train(String name, Map<String, String> set, TrainingWatch watch) {
    train(name, set, watch, MINUTE);
  }

  private void train(
      String name, Map<String, String> set, TrainingWatch watch, CheckpointEvery every) {
    try (var rollouts = new SmallRollouts(1, 8);
        var training = training(name, set, rollouts)) {
      new TrainingRun(training, folder.resolve(name)).toTheEnd(watch, every);
    }
  }

  private PolicyTraining training(String name, Map<String, String> set, Rollouts rollouts) {
    var random = new SplittableRandom(1);
    var prompts =
        Stream.generate(() -> random.ints(random.nextInt(3, 12), 2, 64).toArray())
            .limit(32)
            .toList();
    var assignment =
        new Assignment(
            prompts,
            8,
            List.of(),
            pairs(),
            rollouts,
            (_, _) -> new LowIds(),
            "low ids",
            Optional.empty());
    return new PolicyTraining(manager, place(name), assignment, PpoSettings.of(set), compute);
  }

  /** Low ids against high ones. */
  private static List<TokenPair> pairs() {
    return List.of(
        TokenPair.of(new int[] {7}, new int[] {3, 9, 20, 5, 1}, new int[] {40, 60, 50, 33, 1}),
        TokenPair.of(new int[] {8, 50}, new int[] {30, 2, 1}, new int[] {62, 41, 35, 1}),
        TokenPair.of(new int[] {44}, new int[] {12, 13, 14}, new int[] {52, 53, 54}));
  }

  private void run(PolicyTraining training, String name, TrainingWatch watch) {
    new TrainingRun(training, folder.resolve(name)).toTheEnd(watch, MINUTE);
  }

  private TrainingPlace place(String name) {
    return new TrainingPlace(
        MODEL.folder(),
        "hash",
        "small",
        Optional.of(ADAPTER),
        folder.resolve(name),
        folder.resolve("logprobs"));
  }

  private Path candidate(String name) {
    return folder.resolve(name).resolve("candidate");
  }
}
