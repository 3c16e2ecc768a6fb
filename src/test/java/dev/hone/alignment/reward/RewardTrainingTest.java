package dev.hone.alignment.reward;

import static dev.hone.model.SmallModel.maxDifference;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import dev.hone.alignment.Checkpoints;
import dev.hone.alignment.Masters;
import dev.hone.alignment.Progress;
import dev.hone.alignment.RewardScorer;
import dev.hone.alignment.TokenExample;
import dev.hone.alignment.TokenRanking;
import dev.hone.alignment.TrainedScorer;
import dev.hone.alignment.WarmStart;
import dev.hone.model.LoraAdapter;
import dev.hone.model.Network;
import dev.hone.model.Precision;
import dev.hone.model.Safetensors;
import dev.hone.model.ScalarHead;
import dev.hone.model.SmallModel;
import dev.hone.model.TensorInfo;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Steps on the small model against plain PyTorch (src/test/python/reward.py), and what they teach.
 */
class RewardTrainingTest {
  private static final double EXACT = 1e-5;
  // Adam divides by the gradient's own size: rounding of a tiny one shows, here as 1% of the rate.
  private static final double AFTER = 2e-5;
  private static final SmallModel MODEL = SmallModel.PLAIN;
  private static final GoldenRewards GOLDEN = GoldenRewards.read();
  private static final double RATE = 0.002;

  private NDManager manager;
  private Network base;

  private record Training(TrainedScorer scorer, Masters masters) implements AutoCloseable {
    double step(double rate) {
      return masters.step(rate);
    }

    @Override
    public void close() {
      masters.close();
      scorer.close();
    }
  }

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
    base = MODEL.load(manager, Precision.F32);
  }

  @AfterEach
  void close() {
    base.close();
    manager.close();
  }

  @Test
  void gradientsAndTheStepAreThoseOfPytorch() {
    try (var golden = Safetensors.open(SmallModel.resource("golden/reward/step.safetensors"));
        var trained = golden()) {
      var layout = trained.scorer().layout();
      var masters = trained.scorer().masters();
      var all = GOLDEN.rankings();
      var losses = new ArrayList<RewardLoss>();
      for (var microBatch : List.of(all.subList(0, 4), all.subList(4, 7))) {
        losses.addAll(accumulate(trained, microBatch, all.size(), GOLDEN.options()));
      }

      assertThat(mean(losses)).isCloseTo(values(golden, "loss")[0], within(EXACT));
      for (int i = 0; i < layout.size(); i++) {
        TensorInfo info = layout.get(i);
        float[] gradient = masters.get(i).getGradient().toFloatArray();
        assertThat(maxDifference(gradient, values(golden, "grad." + info.name())))
            .as(info.name())
            .isLessThan(EXACT);
        assertThat(maxDifference(gradient, new float[gradient.length])).isPositive();
      }
      assertThat(trained.step(RATE)).isCloseTo(values(golden, "norm")[0], within(1e-4));
      for (int i = 0; i < layout.size(); i++) {
        TensorInfo info = layout.get(i);
        assertThat(
                maxDifference(
                    masters.get(i).toFloatArray(), values(golden, "after." + info.name())))
            .as(info.name())
            .isLessThan(AFTER);
      }
    }
  }

  private static float[] values(Safetensors golden, String name) {
    return golden.data(name).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
  }

  @Test
  void twentyStepsHaveTheLossesOfPytorch() {
    try (var trained = golden()) {
      for (int step = 0; step < 20; step++) {
        var losses = accumulate(trained, batch(step), GOLDEN.batch(), GOLDEN.options());
        trained.step(RATE);
        assertThat(mean(losses)).as("step %d", step).isCloseTo(GOLDEN.losses()[step], within(1e-4));
      }
    }
    assertThat(GOLDEN.losses()[19]).isLessThan(GOLDEN.losses()[0] / 2);
  }

  private static List<TokenRanking> batch(int step) {
    var all = GOLDEN.rankings();
    return IntStream.range(step * GOLDEN.batch(), (step + 1) * GOLDEN.batch())
        .mapToObj(i -> all.get(i % all.size()))
        .toList();
  }

  @Test
  void aResumedTrainingEqualsAnUninterruptedOneToTheBit(@TempDir Path folder) {
    var whole = new ArrayList<RewardLoss>();
    try (var trained = golden()) {
      for (int step = 0; step < 8; step++) {
        whole.addAll(accumulate(trained, batch(step), GOLDEN.batch(), GOLDEN.options()));
        trained.step(RATE);
        if (step == 4) {
          new Checkpoints(folder)
              .save(new Progress("job", 5, 1, 0, Map.of(), null), trained.masters());
        }
      }
    }
    var rest = new ArrayList<RewardLoss>();
    try (var trained = golden()) {
      assertThat(new Checkpoints(folder).resume("job", trained.masters()))
          .map(Progress::step)
          .hasValue(5);
      for (int step = 5; step < 8; step++) {
        rest.addAll(accumulate(trained, batch(step), GOLDEN.batch(), GOLDEN.options()));
        trained.step(RATE);
      }
    }
    var end = whole.subList(whole.size() - rest.size(), whole.size());
    assertThat(rest.stream().map(RewardLoss::loss))
        .isEqualTo(end.stream().map(RewardLoss::loss).toList());
  }

  /** With the golden adapter and head. */
  private Training golden() {
    var net = MODEL.architecture();
    var adapter = LoraAdapter.load(manager, MODEL.folder().resolve("adapter"), net);
    var head = ScalarHead.load(manager, SmallModel.resource("golden/reward"), net);
    return training(new TrainedScorer(base, "small", adapter, head), 0.05, 0.5);
  }

  private static List<RewardLoss> accumulate(
      Training trained, List<TokenRanking> rankings, int all, RewardLoss.Options options) {
    var batch = TokenExample.batch(rankings);
    var losses = new ArrayList<RewardLoss>();
    trained
        .masters()
        .accumulate(
            step -> trained.scorer().forward(step, batch, 0),
            values -> {
              losses.addAll(RewardLoss.ofAll(batch.ends(values), rankings, options));
              return batch.atEnds(RewardLoss.slopes(losses, all));
            });
    return losses;
  }

  private static double mean(List<RewardLoss> losses) {
    return losses.stream().mapToDouble(RewardLoss::loss).average().orElseThrow();
  }

  @Test
  void trainingTeachesARuleThatHoldsForAnswersNotSeen(@TempDir Path folder) {
    var settings = RewardSettings.of(Map.of("rank", "4", "alpha", "8", "learningRate", "0.01"));
    var random = new SplittableRandom(3);
    var learnt = rankings(random, 400);
    var heldOut = rankings(random, 100);
    try (var trained = fresh(settings)) {
      for (int step = 0; step < 100; step++) {
        int from = step % 50 * 8;
        var losses = accumulate(trained, learnt.subList(from, from + 8), 8, settings.options());
        if (step == 0) {
          assertThat(mean(losses)).isCloseTo(Math.log(2), within(1e-6));
          assertThat(RewardLoss.metrics(losses)).containsEntry("accuracy", 0.5);
        }
        trained.step(settings.training().learningRate());
      }
      trained.scorer().save(folder);
    }
    try (var scorer = new RewardScorer(manager, MODEL.folder(), folder)) {
      var branches = heldOut.stream().map(TokenRanking::branches).toList();
      var losses = RewardLoss.ofAll(scorer.score(branches), heldOut, settings.options());
      var metrics = RewardLoss.metrics(losses);
      assertThat(metrics.get("accuracy")).isGreaterThan(0.8);
      assertThat(Math.abs(metrics.get("mean_reward"))).isLessThan(metrics.get("margin"));
    }
  }

  private Training fresh(RewardSettings settings) {
    var net = MODEL.architecture();
    var training = settings.training();
    var adapter =
        WarmStart.adapter(manager, net, training.shape(), Optional.empty(), training.seed());
    var head = ScalarHead.zero(manager, net);
    return training(new TrainedScorer(base, "small", adapter, head), 0, 1);
  }

  private Training training(TrainedScorer scorer, double weightDecay, double maxGradientNorm) {
    return new Training(scorer, Masters.of(manager, scorer, weightDecay, maxGradientNorm));
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

  @Test
  void nothingPilesUpOverManySteps() {
    var counts = new ArrayList<Integer>();
    try (var trained = golden()) {
      for (int step = 0; step < 6; step++) {
        accumulate(trained, batch(step), GOLDEN.batch(), GOLDEN.options());
        trained.step(RATE);
        int elsewhere = manager.getParentManager().getManagedArrays().size();
        counts.add(
            trained.masters().openResources() + manager.getManagedArrays().size() + elsewhere);
      }
    }
    assertThat(counts).containsOnly(counts.get(0));
  }
}
