package dev.hone.alignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import dev.hone.alignment.reward.GoldenRewards;
import dev.hone.model.AnswerBatch.Branches;
import dev.hone.model.LoraAdapter;
import dev.hone.model.Precision;
import dev.hone.model.Safetensors;
import dev.hone.model.ScalarHead;
import dev.hone.model.SmallModel;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RewardScorerTest {
  private static final SmallModel MODEL = SmallModel.PLAIN;
  private static final List<Branches> ANSWERS =
      GoldenRewards.read().rankings().stream().map(TokenRanking::branches).toList();

  @TempDir Path version;

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
    var net = MODEL.architecture();
    try (var adapter = LoraAdapter.load(manager, MODEL.folder().resolve("adapter"), net);
        var head = ScalarHead.load(manager, SmallModel.resource("golden/reward"), net)) {
      adapter.save(version, net, "small");
      head.save(version, net);
    }
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void rewardsAreWhatTransformersSaysOfTheLastTokens() {
    try (var scorer = new RewardScorer(manager, MODEL.folder(), version)) {
      assertThat(scorer.window()).isEqualTo(128);
      assertThat(scorer.score(ANSWERS)).containsExactly(golden(), within(1e-5));
    }
  }

  private static double[] golden() {
    try (var golden = Safetensors.open(SmallModel.resource("golden/reward/step.safetensors"))) {
      float[] values = golden.data("values.at").toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
      return TokenExample.batch(GoldenRewards.read().rankings()).ends(values);
    }
  }

  @Test
  void moreThanFitTogetherKeepTheirOrderAndLeaveNothingBehind() {
    try (var scorer = new RewardScorer(manager, MODEL.folder(), version)) {
      int open = scorer.openResources();
      var many = Collections.nCopies(30, ANSWERS).stream().flatMap(List::stream).toList();
      double[] once = scorer.score(ANSWERS);
      double[] rewards = scorer.score(many);
      assertThat(rewards).hasSize(30 * once.length);
      for (int i = 0; i < rewards.length; i++) {
        assertThat(rewards[i]).isCloseTo(once[i % once.length], within(1e-5));
      }
      assertThat(scorer.openResources()).isEqualTo(open);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"head.safetensors", "adapter_model.safetensors"})
  void oneThatCannotBeLoadedLeavesNothingOpen(String missing, @TempDir Path base)
      throws IOException {
    for (String file : List.of("config.json", "model.safetensors")) {
      Files.copy(MODEL.folder().resolve(file), base.resolve(file));
    }
    try (var _ = new RewardScorer(manager, base, version)) {
      assertThat(mapped(base)).isTrue();
    }
    assertThat(mapped(base)).isFalse();
    Files.delete(version.resolve(missing));
    assertThatThrownBy(() -> new RewardScorer(manager, base, version))
        .hasStackTraceContaining(missing);
    assertThat(mapped(base)).isFalse();
    // What is not its own stays.
    try (var own = MODEL.load(manager, Precision.F32)) {
      assertThatThrownBy(() -> RewardScorer.over(manager, own, version))
          .hasStackTraceContaining(missing);
      assertThat(own.full(manager, new int[][] {{3, 4}}).toFloatArray()).isNotEmpty();
    }
  }

  /** Whether a base's weights are open in this process. */
  private static boolean mapped(Path base) throws IOException {
    return Files.readString(Path.of("/proc/self/maps"))
        .contains(base.resolve("model.safetensors").toString());
  }

  @Test
  void nothingHasNoRewards() {
    try (var scorer = new RewardScorer(manager, MODEL.folder(), version)) {
      assertThat(scorer.score(List.of())).isEmpty();
    }
  }
}
