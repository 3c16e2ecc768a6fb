package dev.hone.alignment.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import dev.hone.alignment.AdapterTraining;
import dev.hone.alignment.CancelledException;
import dev.hone.alignment.CheckpointEvery;
import dev.hone.alignment.ComputeType;
import dev.hone.alignment.Figures;
import dev.hone.alignment.Recorder;
import dev.hone.alignment.RewardScorer;
import dev.hone.alignment.StepReport;
import dev.hone.alignment.TokenPair;
import dev.hone.alignment.TokenRanking;
import dev.hone.alignment.TrainingPlace;
import dev.hone.alignment.TrainingResult;
import dev.hone.model.SmallModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole trainings of the small model. */
class RewardTrainingTest {
  private static final Path BASE = SmallModel.PLAIN.folder();
  private static final CheckpointEvery MINUTE = new CheckpointEvery(60, 0);

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

  @Test
  void aRuleIsLearntThatHoldsForAnswersNotSeen() {
    var random = new SplittableRandom(3);
    var learnt = rankings(random, 400);
    var heldOut = rankings(random, 100);
    var settings = settings("epochs", "2");
    var recorder = new Recorder(-1);
    TrainingResult result;
    try (var training = training("a", learnt, settings)) {
      result = training.run(recorder, MINUTE);
    }
    assertThat(result.steps()).isEqualTo(100);
    var first = recorder.reports.getFirst();
    assertThat(first.loss()).isCloseTo(Math.log(2), within(1e-6));
    assertThat(first.metrics()).containsEntry("accuracy", 0.5).containsEntry("max_reward", 0.0);
    assertThat(first.metrics().keySet())
        .containsExactly("accuracy", "margin", "min_reward", "mean_reward", "max_reward");

    var figures = new Figures();
    try (var scorer = new RewardScorer(manager, BASE, folder.resolve("a/candidate"))) {
      var branches = heldOut.stream().map(TokenRanking::branches).toList();
      RewardLoss.tell(
          RewardLoss.ofAll(scorer.score(branches), heldOut, settings.options()), figures);
    }
    var metrics = figures.metrics();
    assertThat(metrics.get("accuracy")).isGreaterThan(0.8);
    assertThat(Math.abs(metrics.get("mean_reward"))).isLessThan(metrics.get("margin"));
  }

  @Test
  void aResumedTrainingEqualsAnUninterruptedOneToTheBit() {
    var rankings = rankings(new SplittableRandom(5), 40);
    var whole = new Recorder(-1);
    try (var training = training("whole", rankings, settings())) {
      training.run(whole, MINUTE);
    }
    var parts = new ArrayList<StepReport>();
    for (int microBatches : List.of(0, 5, 6, -1)) {
      var recorder = new Recorder(microBatches);
      try (var training = training("parts", rankings, settings())) {
        training.run(recorder, MINUTE);
      } catch (CancelledException e) {
        assertThat(e).hasMessage("enough");
      }
      parts.addAll(recorder.reports);
    }
    assertThat(parts).hasSize(5).hasSameSizeAs(whole.reports);
    for (int i = 0; i < parts.size(); i++) {
      assertThat(parts.get(i).metrics()).isEqualTo(whole.reports.get(i).metrics());
      assertThat(parts.get(i).gradientNorm()).isEqualTo(whole.reports.get(i).gradientNorm());
    }
    for (String file : List.of("adapter_model.safetensors", "head.safetensors")) {
      assertThat(folder.resolve("parts/candidate").resolve(file))
          .hasSameBinaryContentAs(folder.resolve("whole/candidate").resolve(file));
    }
  }

  @Test
  void pairsAreLearntAsRankingsOfTwoAndTheSameOneOnce() {
    var random = new SplittableRandom(7);
    var pair =
        TokenPair.of(
            random.ints(5, 0, 64).toArray(),
            random.ints(6, 0, 64).toArray(),
            random.ints(4, 0, 64).toArray());
    TrainingResult result;
    var thrice = Collections.nCopies(3, pair);
    try (var training =
        Reward.onPairs(
            thrice,
            List.of(pair),
            settings("epochs", "5"),
            manager,
            place("pairs"),
            ComputeType.F32)) {
      result = training.run(new Recorder(-1), MINUTE);
    }
    assertThat(result.examples()).isEqualTo(5);
    assertThat(result.lastMetrics()).containsEntry("eval/accuracy", 1.0);
  }

  private AdapterTraining<TokenRanking> training(
      String name, List<TokenRanking> rankings, RewardSettings settings) {
    return new AdapterTraining<>(
        manager, place(name), rankings, new Reward(settings), ComputeType.F32);
  }

  private TrainingPlace place(String name) {
    return new TrainingPlace(
        BASE, "hash", "base", Optional.empty(), folder.resolve(name), folder.resolve("logprobs"));
  }

  private static RewardSettings settings(String... more) {
    Map<String, String> set = new HashMap<>();
    set.put("rank", "4");
    set.put("alpha", "8");
    set.put("learningRate", "0.01");
    set.put("warmup", "0");
    set.put("schedule", "constant");
    set.put("microBatchPrompts", "3");
    for (int i = 0; i < more.length; i += 2) {
      set.put(more[i], more[i + 1]);
    }
    return RewardSettings.of(set);
  }

  /** Answers of lower ids are rated higher: two, or three of which two are as good. */
  private static List<TokenRanking> rankings(SplittableRandom random, int count) {
    var rankings = new ArrayList<TokenRanking>();
    for (int i = 0; i < count; i++) {
      var answers = new ArrayList<int[]>();
      answers.add(random.ints(4 + i % 3, 0, 36).toArray());
      answers.add(random.ints(3 + i % 5, 28, 64).toArray());
      if (i % 4 == 0) {
        answers.add(random.ints(2 + i % 7, 28, 64).toArray());
      }
      double[] ratings = new double[answers.size()];
      ratings[0] = 1;
      rankings.add(TokenRanking.of(random.ints(3 + i % 7, 0, 64).toArray(), answers, ratings));
    }
    return rankings;
  }
}
