package dev.hone.alignment.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hone.alignment.ComputeType;
import dev.hone.alignment.StepReport;
import dev.hone.alignment.TokenExample;
import dev.hone.alignment.TokenPair;
import dev.hone.alignment.TrainingException;
import dev.hone.model.SmallModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaseRunTest {
  private static final Path BASE = SmallModel.PLAIN.folder();

  @TempDir Path work;

  private static CaseSettings settings(TrainingCase what) {
    return new CaseSettings(what, ComputeType.F32, 2, 1, what.microBatch(), 40);
  }

  private static List<TokenPair> pairs(int count) {
    return CasePairs.drawn(BASE, count, 40, new SplittableRandom(1));
  }

  private CaseReport run(TrainingCase what, List<TokenPair> pairs) {
    var told = new ArrayList<StepReport>();
    var report = CaseRun.run(BASE, work, pairs, settings(what), told::add);
    assertThat(told).extracting(StepReport::step).containsExactly(1, 2, 3);
    assertThat(report.name()).isEqualTo(what.label());
    assertThat(report.compute()).isEqualTo("f32");
    assertThat(report.steps()).isEqualTo(2);
    assertThat(report.losses()).hasSize(3);
    assertThat(report.stepSeconds()).hasSize(2).allMatch(seconds -> seconds > 0);
    assertThat(report.tokensPerSecond())
        .isCloseTo(report.tokens() / report.seconds(), within(1e-6));
    assertThat(report.examplesPerSecond())
        .isCloseTo(report.examples() / report.seconds(), within(1e-6));
    return report;
  }

  @Test
  void dpoBeginsWhereTheReferenceIs() {
    var report = run(TrainingCase.DPO, pairs(24));
    assertThat(report.losses().getFirst()).isCloseTo(Math.log(2), within(1e-6));
    assertThat(report.examples()).isEqualTo(16);
  }

  @Test
  void aRewardModelBeginsWithoutPreference() {
    var report = run(TrainingCase.RM, pairs(24));
    assertThat(report.losses().getFirst()).isCloseTo(Math.log(2), within(1e-6));
  }

  /** What the warm-up took is no part of it: two of three steps of eight. */
  @Test
  void tokensOfTheWarmUpDoNotCount() {
    var pairs = pairs(24);
    var report = run(TrainingCase.SFT, pairs);
    int all = pairs.stream().mapToInt(pair -> pair.prompt().length + pair.chosen().length).sum();
    assertThat(report.tokens()).isPositive().isLessThan(all);
    assertThat(report.examples()).isEqualTo(16);
  }

  @Test
  void tooFewPairsAreRefusedBeforeAnythingIsLoaded() {
    assertThatThrownBy(() -> run(TrainingCase.DPO, pairs(23)))
        .isInstanceOf(TrainingException.class)
        .hasMessage("3 steps of dpo need 24 pairs, there are 23; --steps takes fewer");
    assertThatThrownBy(() -> run(TrainingCase.STEP_LORA, pairs(3)))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("4 sequences need 1028 tokens");
  }

  /** Whatever the pairs, and each as long as the others. */
  @Test
  void sequencesAreCutFromTheTextOfPairs() {
    var pairs = pairs(80);
    var workload = Workload.of(settings(TrainingCase.STEP_LORA), pairs);
    assertThat(workload.examples()).hasSize(4).allMatch(sequence -> sequence.rows() == 257);
    assertThat(workload.examples().getFirst())
        .extracting(TokenExample::branches)
        .satisfies(
            first -> assertThat(first.prompt()).containsExactly(pairs.getFirst().prompt()[0]));
    assertThat(workload.algorithm().options().training().microBatch()).isEqualTo(4);
    assertThat(workload.algorithm().options().training().epochs()).isEqualTo(3);
  }
}
