package dev.hone.alignment.reward;

import static dev.hone.model.SmallModel.maxDifference;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import dev.hone.alignment.Figures;
import dev.hone.alignment.Masters;
import dev.hone.alignment.TokenExample;
import dev.hone.alignment.TokenRanking;
import dev.hone.alignment.TrainedScorer;
import dev.hone.model.LoraAdapter;
import dev.hone.model.Network;
import dev.hone.model.Precision;
import dev.hone.model.Safetensors;
import dev.hone.model.ScalarHead;
import dev.hone.model.SmallModel;
import dev.hone.model.TensorInfo;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Steps on the small model against plain PyTorch (src/test/python/reward.py). */
class RewardStepTest {
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

  /** Of two answers each, with a margin and centring (src/test/python/trl_golden.py). */
  @Test
  void pairsHaveTheGradientsAndFiguresOfTrl() {
    var pairs = GOLDEN.rankings().stream().filter(all -> all.ratings().length == 2).toList();
    var options = new RewardLoss.Options(GOLDEN.options().margin(), 0, GOLDEN.options().centring());
    try (var golden = Safetensors.open(SmallModel.resource("golden/trl/steps.safetensors"));
        var trained = golden()) {
      var losses = accumulate(trained, pairs, pairs.size(), options);
      var figures = new Figures();
      RewardLoss.tell(losses, figures);

      assertThat(figures.loss()).isCloseTo(values(golden, "reward.loss")[0], within(EXACT));
      assertThat(figures.metrics())
          .containsOnlyKeys("min_reward", "mean_reward", "max_reward", "accuracy", "margin");
      figures
          .metrics()
          .forEach(
              (name, value) ->
                  assertThat(value)
                      .as(name)
                      .isCloseTo(values(golden, "reward.metric." + name)[0], within(EXACT)));
      var layout = trained.scorer().layout();
      for (int i = 0; i < layout.size(); i++) {
        String matrix = layout.get(i).name();
        float[] gradient = trained.scorer().masters().get(i).getGradient().toFloatArray();
        assertThat(maxDifference(gradient, values(golden, "reward.grad." + matrix)))
            .as(matrix)
            .isLessThan(EXACT);
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

  /** With the golden adapter and head. */
  private Training golden() {
    var net = MODEL.architecture();
    var adapter = LoraAdapter.load(manager, MODEL.folder().resolve("adapter"), net);
    var head = ScalarHead.load(manager, SmallModel.resource("golden/reward"), net);
    var scorer = new TrainedScorer(base, "small", adapter, head);
    return new Training(scorer, Masters.of(manager, scorer, 0.05, 0.5));
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
