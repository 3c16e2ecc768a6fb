package dev.hone.alignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import ai.djl.ndarray.NDManager;
import dev.hone.alignment.dpo.Dpo;
import dev.hone.alignment.dpo.DpoSettings;
import dev.hone.alignment.kto.Kto;
import dev.hone.alignment.kto.KtoSettings;
import dev.hone.alignment.reward.Reward;
import dev.hone.alignment.reward.RewardSettings;
import dev.hone.alignment.sft.Sft;
import dev.hone.alignment.sft.SftSettings;
import dev.hone.model.SmallModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What trainings of the small model are measured on in between. */
class HeldOutReadingsTest {
  private static final Path BASE = SmallModel.PLAIN.folder();
  private static final Path PARENT = BASE.resolve("adapter");
  private static final CheckpointEvery MINUTE = new CheckpointEvery(60, 0);

  /** DPO's own. */
  private static final double BETA = 0.1;

  private static final double SMOOTHING = 0.1;

  private static final List<TokenPair> LEARNT = pairs(3, 16, 6);

  /** Longer ones than those that are learnt. */
  private static final List<TokenPair> HELD_OUT = pairs(4, 7, 20);

  @TempDir Path folder;

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"dpo", "kto", "sft", "rm"})
  void theyChangeNothingThatIsTrained(String method) {
    var none = train("none", learning(method, Map.of("heldOutEvery", "0")), -1);
    var some = train("some", learning(method, Map.of("heldOutEvery", "2")), -1);
    assertThat(folder.resolve("some/candidate/adapter_model.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("none/candidate/adapter_model.safetensors"));
    assertThat(none.reports).hasSize(5).noneMatch(HeldOutReadingsTest::isReading);
    // Before the first step and the third, and after the last.
    assertThat(some.reports.stream().map(HeldOutReadingsTest::isReading))
        .containsExactly(true, false, true, false, true);
    for (int i = 0; i < none.reports.size(); i++) {
      assertThat(some.reports.get(i).loss()).isEqualTo(none.reports.get(i).loss());
      assertThat(some.metrics(i + 1)).containsAllEntriesOf(none.metrics(i + 1));
    }
  }

  private static boolean isReading(StepReport report) {
    return report.metrics().containsKey("eval/accuracy");
  }

  @Test
  void aPolicyBeginsAsItsReferenceAndEndsAsTheCandidateIs() {
    var recorder = train("dpo", learning("dpo", Map.of()), -1);
    var first = recorder.metrics(1);
    assertThat(first.get("eval/kl")).isCloseTo(0, within(1e-6));
    assertThat(first.get("eval/loss")).isCloseTo(Math.log(2), within(1e-4));

    List<PairScore> scores = scores("dpo");
    var last = recorder.metrics(5);
    assertThat(last.get("eval/accuracy")).isEqualTo(right(scores));
    assertThat(last.get("eval/pairs")).isEqualTo(HELD_OUT.size());
    double kl = scores.stream().mapToDouble(PairScore::kl).average().orElseThrow() / 2;
    assertThat(last.get("eval/kl")).isPositive().isCloseTo(kl, withinPercentage(0.1));
    double loss =
        scores.stream()
            .mapToDouble(
                score ->
                    (1 - SMOOTHING) * surprise(BETA * margin(score))
                        + SMOOTHING * surprise(-BETA * margin(score)))
            .average()
            .orElseThrow();
    assertThat(last.get("eval/loss")).isCloseTo(loss, withinPercentage(0.1));
  }

  @Test
  void theLastReadingIsOfTheAveragesWhereTheyBecomeTheCandidate() {
    var recorder = train("ema", learning("dpo", Map.of("ema", "0.9")), -1);
    double kl = scores("ema").stream().mapToDouble(PairScore::kl).average().orElseThrow() / 2;
    assertThat(recorder.metrics(5).get("eval/kl")).isCloseTo(kl, withinPercentage(0.1));
  }

  /** -log sigmoid. */
  private static double surprise(double logit) {
    return Math.log1p(Math.exp(-logit));
  }

  private List<PairScore> scores(String name) {
    var candidate = Optional.of(folder.resolve(name + "/candidate"));
    try (var scorer = new PairScorer(manager, BASE, candidate, Optional.of(PARENT))) {
      return scorer.score(HELD_OUT);
    }
  }

  private static double margin(PairScore score) {
    return score.policyChosen()
        - score.referenceChosen()
        - (score.policyRejected() - score.referenceRejected());
  }

  private static double right(List<PairScore> scores) {
    return scores.stream().mapToDouble(s -> margin(s) > 0 ? 1 : 0).average().orElseThrow();
  }

  @Test
  void whatDemonstrationsTeachIsMeasuredOnDemonstrationsAndPairs() {
    var recorder = train("sft", learning("sft", Map.of()), -1);
    var last = recorder.metrics(5);
    assertThat(last.get("eval/loss")).isLessThan(recorder.metrics(1).get("eval/loss"));
    assertThat(last.get("eval/accuracy")).isEqualTo(right(scores("sft")));
    assertThat(last.get("eval/kl")).isPositive();

    var kto = train("kto", learning("kto", Map.of()), -1).metrics(5);
    assertThat(kto).containsKeys("eval/accuracy", "eval/kl").doesNotContainKey("eval/loss");
  }

  @Test
  void aRewardModelIsMeasuredByWhatItsHeadSays() {
    var recorder = train("rm", learning("rm", Map.of()), -1);
    assertThat(recorder.metrics(1))
        .containsEntry("eval/accuracy", 0.5)
        .doesNotContainKey("eval/kl");
    assertThat(recorder.metrics(1).get("eval/loss")).isCloseTo(Math.log(2), within(1e-6));

    double right = 0;
    try (var scorer = new RewardScorer(manager, BASE, folder.resolve("rm/candidate"))) {
      for (TokenPair pair : HELD_OUT) {
        double[] rewards = scorer.score(List.of(pair.branches()));
        right += rewards[0] > rewards[1] ? 1 : 0;
      }
    }
    assertThat(recorder.metrics(5).get("eval/accuracy")).isEqualTo(right / HELD_OUT.size());
    assertThat(recorder.metrics(5).get("eval/pairs")).isEqualTo(HELD_OUT.size());
    assertThat(recorder.metrics(5).get("eval/loss"))
        .isLessThan(recorder.metrics(1).get("eval/loss"));
  }

  @Test
  void withAnOutputLayerOfItsOwnNoKlIsRead() {
    var full = Map.of("adapter", "full", "learningRate", "1e-3");
    assertThat(train("full", learning("dpo", full), -1).metrics(5))
        .containsKeys("eval/accuracy", "eval/loss")
        .doesNotContainKey("eval/kl");
    assertThat(train("dora", learning("dpo", Map.of("adapter", "dora")), -1).metrics(5))
        .containsKeys("eval/accuracy", "eval/loss", "eval/kl");
  }

  @Test
  void aTrainingThatIsCutInAReadingReadsTheSame() {
    var whole = train("whole", learning("dpo", Map.of("heldOutEvery", "1")), -1);
    var parts = new ArrayList<StepReport>();
    for (int microBatches : List.of(1, 4, 9, 7, -1)) {
      var learning = learning("dpo", Map.of("heldOutEvery", "1"));
      parts.addAll(train("parts", learning, microBatches).reports);
    }
    assertThat(parts.stream().map(StepReport::metrics))
        .containsExactlyElementsOf(whole.reports.stream().map(StepReport::metrics).toList());
    assertThat(folder.resolve("parts/candidate/adapter_model.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("whole/candidate/adapter_model.safetensors"));
  }

  @Test
  void whatTheModelHasNoPositionsForIsNotRead() {
    var tooLong = TokenPair.of(new int[120], new int[9], new int[] {2});
    var one = HeldOutExamples.<TokenPair>none();
    assertThat(one.within(128).longest()).isZero();
    var two = new HeldOutExamples.Pairs<>(List.of(tooLong, HELD_OUT.getFirst()));
    assertThat(two.longest()).isEqualTo(129);
    assertThat(two.within(128))
        .isEqualTo(new HeldOutExamples.Pairs<>(List.of(HELD_OUT.getFirst())));
    var learning = new Learning<>(new Dpo(DpoSettings.of(settings(Map.of()))), LEARNT, two);
    assertThat(train("long", learning, -1).reports).hasSize(5);
  }

  private Recorder train(String name, Learning<?> learning, int microBatches) {
    var recorder = new Recorder(microBatches);
    boolean scores = learning.algorithm() instanceof Reward;
    var place =
        new TrainingPlace(
            BASE,
            "hash",
            scores ? "base" : "parent",
            scores ? Optional.empty() : Optional.of(PARENT),
            folder.resolve(name),
            folder.resolve(name + "-logprobs"));
    try (var training = learning.on(manager, place, ComputeType.F32)) {
      training.run(recorder, MINUTE);
    } catch (CancelledException e) {
      assertThat(e).hasMessage("enough");
    }
    return recorder;
  }

  private static Learning<?> learning(String method, Map<String, String> set) {
    var settings = settings(set);
    return switch (method) {
      case "dpo" ->
          new Learning<>(
              new Dpo(DpoSettings.of(settings)), LEARNT, new HeldOutExamples.Pairs<>(HELD_OUT));
      case "kto" ->
          new Learning<>(
              new Kto(KtoSettings.of(settings)),
              LEARNT.stream().flatMap(HeldOutReadingsTest::judged).toList(),
              new HeldOutExamples.Others<>(HELD_OUT, List.of()));
      case "sft" ->
          new Learning<>(
              new Sft(SftSettings.of(settings)),
              LEARNT.stream().map(HeldOutReadingsTest::shown).toList(),
              new HeldOutExamples.Others<>(
                  HELD_OUT, HELD_OUT.stream().map(HeldOutReadingsTest::shown).toList()));
      case "rm" ->
          new Learning<>(
              new Reward(RewardSettings.of(settings)),
              LEARNT.stream().map(TokenRanking::of).toList(),
              new HeldOutExamples.Others<>(
                  List.of(), HELD_OUT.stream().map(TokenRanking::of).toList()));
      default -> throw new IllegalArgumentException(method);
    };
  }

  private static Map<String, String> settings(Map<String, String> more) {
    Map<String, String> set = new HashMap<>();
    if (!more.containsValue("full")) {
      set.put("rank", "4");
      set.put("alpha", "8");
    }
    set.put("learningRate", "0.01");
    set.put("warmup", "0");
    set.put("schedule", "constant");
    set.put("maxSteps", "5");
    set.put("epochs", "5");
    set.putAll(more);
    return set;
  }

  private static TokenAnswer shown(TokenPair pair) {
    return TokenAnswer.of(pair.prompt(), pair.chosen(), true);
  }

  private static Stream<TokenAnswer> judged(TokenPair pair) {
    return Stream.of(shown(pair), TokenAnswer.of(pair.prompt(), pair.rejected(), false));
  }

  /** Answers of low ids are preferred to those of high ones. */
  private static List<TokenPair> pairs(long seed, int count, int length) {
    var random = new SplittableRandom(seed);
    var pairs = new ArrayList<TokenPair>();
    for (int i = 0; i < count; i++) {
      pairs.add(
          TokenPair.of(
              random.ints(3 + i % 7, 0, 64).toArray(),
              random.ints(length - i % 3, 0, 32).toArray(),
              random.ints(length - i % 5, 32, 64).toArray()));
    }
    return pairs;
  }
}
