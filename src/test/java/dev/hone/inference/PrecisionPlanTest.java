package dev.hone.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.model.Precision;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PrecisionPlanTest {
  private static final PrecisionTrial F32 = usable(Precision.F32_PREPACKED, 50, 300, 800);

  @Test
  void onAGpuItIsBf16UnlessOneIsSetThatRunsThere() {
    assertThat(PrecisionPlan.onGpu(Optional.empty())).isEqualTo(PrecisionPlan.all(Precision.BF16));
    assertThat(PrecisionPlan.onGpu(Optional.of(Precision.F32)))
        .isEqualTo(PrecisionPlan.all(Precision.F32));
    assertThatThrownBy(() -> PrecisionPlan.onGpu(Optional.of(Precision.INT8)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("precision int8 is for processors; on a GPU it can be f32 or bf16");
  }

  @Test
  void theFastestOverallServesEverything() {
    var plan = PrecisionPlan.choose(List.of(F32, usable(Precision.INT8, 120, 600, 1500)));
    assertThat(plan).isEqualTo(PrecisionPlan.all(Precision.INT8));
  }

  @Test
  void aSmallGainIsNotWorthTheWeightsTwice() {
    var plan = PrecisionPlan.choose(List.of(F32, usable(Precision.INT8, 120, 600, 700)));
    assertThat(plan).isEqualTo(PrecisionPlan.all(Precision.INT8));
  }

  @Test
  void aLargeGainIs() {
    var bf16 = usable(Precision.BF16_PREPACKED, 60, 500, 3400);
    var plan = PrecisionPlan.choose(List.of(F32, bf16, usable(Precision.INT8, 120, 495, 1500)));
    assertThat(plan)
        .isEqualTo(
            plan(
                Precision.INT8,
                Precision.INT8,
                Precision.BF16_PREPACKED,
                Precision.BF16_PREPACKED));
  }

  /** Decoding several is a little faster in the precision that is there for prompts anyway. */
  @Test
  void whatIsHeldAnywayServesWhereItIsFastest() {
    var bf16 = usable(Precision.BF16_PREPACKED, 20, 230, 1200);
    var plan = PrecisionPlan.choose(List.of(bf16, usable(Precision.INT4, 80, 220, 430)));
    assertThat(plan)
        .isEqualTo(
            plan(
                Precision.INT4,
                Precision.INT4,
                Precision.BF16_PREPACKED,
                Precision.BF16_PREPACKED));
  }

  @Test
  void eachSizeOfABatchGetsTheFastestThatIsHeld() {
    var bf16 = usable(Precision.BF16_PREPACKED, List.of(40.0, 80.0, 150.0, 330.0), 1300);
    var int4 = usable(Precision.INT4, List.of(80.0, 207.0, 230.0, 260.0), 350);
    var plan = PrecisionPlan.choose(List.of(bf16, int4)).decode();
    assertThat(plan.at(1)).isEqualTo(Precision.INT4);
    assertThat(plan.at(5)).isEqualTo(Precision.INT4);
    assertThat(plan.at(8)).isEqualTo(Precision.INT4);
    assertThat(plan.at(9)).isEqualTo(Precision.BF16_PREPACKED);
    assertThat(plan.at(100)).isEqualTo(Precision.BF16_PREPACKED);
  }

  @Test
  void whatLosesTooMuchOrIsNotThereIsNeverChosen() {
    var plan =
        PrecisionPlan.choose(
            List.of(
                F32,
                new PrecisionTrial.TooLossy(Precision.INT8, new TextLoss.Loss(0.2, 0.01)),
                new PrecisionTrial.Unavailable(Precision.BF16_PREPACKED, "no")));
    assertThat(plan).isEqualTo(PrecisionPlan.all(Precision.F32_PREPACKED));
  }

  @Test
  void withoutAnyItFails() {
    var none =
        List.<PrecisionTrial>of(
            new PrecisionTrial.TooLossy(Precision.INT8, new TextLoss.Loss(Double.NaN, Double.NaN)));
    assertThatThrownBy(() -> PrecisionPlan.choose(none)).isInstanceOf(IllegalStateException.class);
  }

  private static PrecisionPlan plan(
      Precision one, Precision several, Precision most, Precision prefill) {
    return new PrecisionPlan(new PerBatch<>(List.of(one, several, several, most)), prefill);
  }

  /** Between one and sixteen it is as fast as it is at one, by the sequence. */
  private static PrecisionTrial usable(
      Precision precision, double one, double sixteen, double prefill) {
    return usable(precision, List.of(one, 4 * one, 8 * one, sixteen), prefill);
  }

  private static PrecisionTrial usable(Precision precision, List<Double> decode, double prefill) {
    return new PrecisionTrial.Usable(
        precision,
        new TextLoss.Loss(0, 0),
        new PrecisionTrial.Speeds(new PerBatch<>(decode), prefill));
  }
}
